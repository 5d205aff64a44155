//go:build e2e

package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/conformance"
	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// shared are two programs on one folder of keys and one database.
type shared struct {
	t      *testing.T
	config string
	urls   []string
}

func newShared(t *testing.T) *shared {
	t.Helper()
	dsn := postgrestest.Start(t, "fsync=off").Database()
	program, path := shipped(t), founded(t)
	rewrite(t, path, `"postgres": ""`, `"postgres": "`+dsn+`"`)
	s := &shared{t: t, config: path}
	for _, config := range []string{path, beside(t, path)} {
		port, _ := served(t, program, config)
		s.urls = append(s.urls, "https://127.0.0.1:"+port)
	}
	return s
}

// platformd asks the first of the two.
func (s *shared) platformd(words ...string) string {
	s.t.Helper()
	return do(s.t, append([]string{"-config", s.config}, words...)...)
}

// enrolls lets a machine in, at the given one of the two.
func (s *shared) enrolls(id, url string) conformance.Terminal {
	s.t.Helper()
	token, err := protocol.ParseToken(strings.TrimSpace(s.platformd("token", id, "2h", strings.TrimPrefix(url, "https://"))))
	if err != nil {
		s.t.Fatal(err)
	}
	terminal, err := conformance.Enroll(s.t.Context(), url, token)
	if err != nil {
		s.t.Fatalf("%s at %s: %v", id, url, err)
	}
	return terminal
}

// delivers has a citizen register at a machine that goes by the newest bundle, and
// believes nothing but what is signed for it. While keys are rolled over, one may change
// between its bundle and its answer: it takes the newest bundle and asks again then, as
// terminals do, so many times in all.
func (s *shared) delivers(ctx context.Context, url string, terminal conformance.Terminal, what string, times int) {
	cert, key := haltest.NewCA().Issue(haltest.Citizens()[0], haltest.IssueOptions{})
	subject := conformance.Subject{URL: url, Terminals: []conformance.Terminal{terminal}, Citizen: conformance.Citizen{Certificate: cert, Key: key}}
	var report conformance.Report
	var err error
	for range times {
		report, err = conformance.Run(ctx, subject, "receipt-names-body", "query-answer-names-question")
		rolled := func(r conformance.Result) bool { return strings.Contains(r.Why, protocol.ErrUnknownKey.Error()) }
		if ctx.Err() != nil || !slices.ContainsFunc(report.Results, rolled) {
			break
		}
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil || report.Held != 2 {
		s.t.Errorf("%s, at %s: %v %+v", what, url, err, report.Results)
	}
}

// each delivers at both, at once: nobody waits for anything to be taken up.
func (s *shared) each(terminal conformance.Terminal, what string) {
	s.t.Helper()
	for _, url := range s.urls {
		s.delivers(s.t.Context(), url, terminal, what, 1)
	}
}

// Two services work from one folder. Whichever of them rolls a key or the CA over, the
// other one believes at once what follows from it, and nobody is turned away meanwhile.
func TestE2ETwoServicesOnOneFolderTakeUpEachOthersKeys(t *testing.T) {
	s := newShared(t)
	first := s.enrolls("atm-0001", s.urls[0])
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { // somebody registers all the while
		defer close(done)
		for n := 0; ctx.Err() == nil; n++ {
			s.delivers(ctx, s.urls[n%2], first, "all the while", 4)
		}
	}()
	for _, name := range []string{"encryption", "receipt", "bundle"} {
		s.platformd("keys", "roll", name, "--now")
		s.each(first, "after rolling "+name)
	}
	s.platformd("ca", "roll")
	var second conformance.Terminal
	for n, url := range s.urls {
		second = s.enrolls([]string{"atm-0002", "atm-0003"}[n], url) // the token pins the new CA
		s.each(second, "under the new CA")
	}
	s.each(first, "under the old CA")
	cancel()
	<-done
	s.platformd("ca", "retire", "anyway")
	s.each(second, "after the old CA was retired")
	s.dropsCA(second)
}

// dropsCA has both take up that a CA of cards is gone, and the bundle say so once.
func (s *shared) dropsCA(terminal conformance.Terminal) {
	s.t.Helper()
	before, _, _ := exported(s.t, s.config)
	there, err := filepath.Glob(filepath.Join(filepath.Dir(s.config), "jpki", "*.crt"))
	if err != nil {
		s.t.Fatal(err)
	}
	gone := there[0]
	if said := s.platformd("ca", "drop", gone); strings.Contains(said, "next start") {
		s.t.Errorf("ca drop: got %q", said)
	}
	for until := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		now, _, _ := exported(s.t, s.config)
		if len(now.JPKI) == len(before.JPKI)-1 {
			break
		}
		if time.Now().After(until) {
			s.t.Fatalf("the bundle names %d CAs still", len(now.JPKI))
		}
	}
	s.each(terminal, "after a CA of cards was dropped")
	if now, _, _ := exported(s.t, s.config); now.Version != before.Version+1 {
		s.t.Errorf("one change made the bundle %d of %d: the two sign in turn", now.Version, before.Version)
	}
}

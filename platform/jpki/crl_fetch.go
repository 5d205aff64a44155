package jpki

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Lists of revocations come from where the CA publishes them, and are kept in a
// folder: there the last good one stays whatever happens to the source. Every
// address has a rhythm of its own.
//
// There is no ldap:// among them. The distribution point in a JPKI certificate is
// a directory name without an address (O=JPKI, OU=CRL Distribution Points, a
// prefecture, CN=a city and "CRLDP"): where the directory is, only a verifier under
// article 17 of the JPKI Act is told, and nothing public shows its tree. Where only
// LDAP is offered, another program writes certificateRevocationList;binary into
// files that file:// addresses name: whatever comes that way is verified here as
// any other, and a list that is late leaves the last good one and a failure in the
// metrics.

const (
	fetchTime  = 2 * time.Minute
	fetchEvery = time.Hour        // and before a list runs out, whichever is sooner
	fetchLead  = 10 * time.Minute // before it runs out
	fetchFirst = time.Minute      // before the second try after a failure
)

// CRLFetch keeps a folder of lists as fresh as its sources are. Make it with
// NewCRLFetch; it may be shared.
type CRLFetch struct {
	folder  CRLDirectory
	cas     func() ([]*x509.Certificate, error)
	client  *http.Client
	log     *slog.Logger
	now     func() time.Time
	sources []*crlSource
}

// crlSource is one address.
type crlSource struct {
	address *url.URL

	mu       sync.Mutex
	tag      string    // guarded by mu: ETag, or the time of a file
	modified string    // guarded by mu: Last-Modified
	until    time.Time // guarded by mu: when its list runs out; zero is not known
	fetched  time.Time // guarded by mu: when it was last heard, even that nothing is new
	fails    int       // guarded by mu: in a row
}

// NewCRLFetch prepares to fetch from http, https and file addresses into the
// folder. Only lists that one of the CAs signed get there; they are asked for each
// time, since they come and go.
func NewCRLFetch(addresses []string, folder CRLDirectory, cas func() ([]*x509.Certificate, error), log *slog.Logger) (*CRLFetch, error) {
	f := &CRLFetch{folder: folder, cas: cas, log: log, now: time.Now, client: &http.Client{Timeout: fetchTime}}
	for _, text := range addresses {
		u, err := url.Parse(text)
		if err != nil || !slices.Contains([]string{"http", "https", "file"}, u.Scheme) || (u.Scheme != "file" && u.Host == "") {
			return nil, fmt.Errorf("address of lists %q is neither http, https nor file", text)
		}
		f.sources = append(f.sources, &crlSource{address: u})
	}
	return f, nil
}

// SourceStanding is how it goes with one address.
type SourceStanding struct {
	Address string    // without its query and user, which may hold a secret
	Fetched time.Time // when it last answered; zero is never
	Until   time.Time // when its list runs out; zero is not known
	Fails   int       // in a row
}

// Standing tells of every address, in the order in which they were given.
func (f *CRLFetch) Standing() (all []SourceStanding) {
	for _, s := range f.sources {
		s.mu.Lock()
		all = append(all, SourceStanding{Address: s.name(), Fetched: s.fetched, Until: s.until, Fails: s.fails})
		s.mu.Unlock()
	}
	return all
}

func (s *crlSource) name() string {
	return (&url.URL{Scheme: s.address.Scheme, Host: s.address.Host, Path: s.address.Path}).String()
}

// Run fetches until ctx ends, and returns its cause.
func (f *CRLFetch) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, s := range f.sources {
		all.Go(func() { f.follow(ctx, s) })
	}
	all.Wait()
	<-ctx.Done()
	return context.Cause(ctx)
}

// follow fetches from one address in its rhythm.
func (f *CRLFetch) follow(ctx context.Context, s *crlSource) {
	for ctx.Err() == nil {
		wait := f.fetch(ctx, s)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Fetch asks every address once, now.
func (f *CRLFetch) Fetch(ctx context.Context) (err error) {
	for _, s := range f.sources {
		if f.fetch(ctx, s); ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if s.failing() {
			err = errors.Join(err, fmt.Errorf("%s gave no list", s.name()))
		}
	}
	return err
}

func (s *crlSource) failing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fails > 0
}

// fetch makes one try and says how long to wait for the next.
func (f *CRLFetch) fetch(ctx context.Context, s *crlSource) time.Duration {
	until, err := f.take(ctx, s)
	if ctx.Err() != nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := f.now().UTC()
	if err != nil {
		s.fails++
		f.log.Error("list of revocations not fetched", "source", s.name(), "tries", s.fails, "until", s.until, "cause", err.Error())
		return crlBackOff(s.fails)
	}
	s.fails, s.fetched = 0, now
	if !until.IsZero() {
		s.until = until
	}
	return untilNext(s.until, now)
}

// untilNext honours the time at which a list runs out: the next one is there some
// while before. Once it is over, its successor is looked for every minute.
func untilNext(until, now time.Time) time.Duration {
	wait := fetchEvery
	if !until.IsZero() {
		wait = min(wait, until.Sub(now)-fetchLead)
	}
	wait = max(wait, fetchFirst)
	return wait - rand.N(wait/10) // not all at once
}

func crlBackOff(fails int) time.Duration {
	wait := fetchEvery
	if fails < 7 {
		wait = min(fetchFirst<<(fails-1), fetchEvery)
	}
	return wait/2 + rand.N(wait/2)
}

// take gets what is new and puts it into the folder. No news is zero.
func (f *CRLFetch) take(ctx context.Context, s *crlSource) (until time.Time, err error) {
	got, err := f.get(ctx, s)
	if err != nil || got.raw == nil {
		return time.Time{}, err
	}
	cas, err := f.cas()
	if err != nil {
		return time.Time{}, err
	}
	for _, der := range separate(got.raw) {
		list, err := f.folder.Put(der, cas)
		if err != nil {
			return time.Time{}, err
		}
		if until.IsZero() || list.Until.Before(until) {
			until = list.Until.UTC()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tag, s.modified = got.tag, got.modified
	f.log.Info("list of revocations fetched", "source", s.name(), "until", until)
	return until, nil
}

// delivery is what an address gave; raw is nil when nothing is new.
type delivery struct {
	raw           []byte
	tag, modified string
}

func (f *CRLFetch) get(ctx context.Context, s *crlSource) (delivery, error) {
	s.mu.Lock()
	tag, modified := s.tag, s.modified
	s.mu.Unlock()
	if s.address.Scheme == "file" {
		return readFileIfNew(filepath.FromSlash(s.address.Path), tag)
	}
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address.String(), nil)
	if err != nil {
		return delivery{}, errors.New("address cannot be asked")
	}
	if tag != "" {
		get.Header.Set("If-None-Match", tag)
	}
	if modified != "" {
		get.Header.Set("If-Modified-Since", modified)
	}
	response, err := f.client.Do(get)
	if err != nil {
		return delivery{}, fmt.Errorf("no answer: %w", errors.Unwrap(err)) // without the address and its query
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusNotModified:
		return delivery{}, nil
	case http.StatusOK:
		raw, err := readBounded(response.Body, maxCRL)
		return delivery{raw, response.Header.Get("ETag"), response.Header.Get("Last-Modified")}, err
	}
	return delivery{}, fmt.Errorf("status %d", response.StatusCode)
}

func readFileIfNew(path, tag string) (delivery, error) {
	about, err := os.Stat(path)
	if err != nil {
		return delivery{}, err
	}
	if !about.Mode().IsRegular() {
		return delivery{}, fmt.Errorf("%s: %w", path, fs.ErrInvalid)
	}
	now := fmt.Sprint(about.Size(), about.ModTime().UnixNano())
	if now == tag {
		return delivery{}, nil
	}
	raw, err := readList(path)
	return delivery{raw: raw, tag: now}, err
}

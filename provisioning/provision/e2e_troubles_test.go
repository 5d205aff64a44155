//go:build e2e

package main

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
)

var update = flag.Bool("update", false, "write TROUBLES.md anew")

const (
	troublesFile = "TROUBLES.md"
	updating     = "WATASHI_TROUBLES_UPDATE"
)

const troublesHead = `# What may go wrong while a machine is brought up, and the way out

Each row was met with the programs that ship, a software TPM, a real pcscd with virtual readers and a virtual printer.
Rows about time run the command inside the test, which has a clock of its own. The last column was done as well, and
ended as it says. ` + "`go test ./provisioning/provision -tags e2e -run Troubles`" + ` compares this file with what it sees;
` + "`-update`" + ` writes it anew.

| trouble | exit | what is said | what to do | then |
|---|---|---|---|---|
`

// A trouble is one row: how it is met, and how it is left behind.
type trouble struct {
	name string
	exit int
	meet func() ended
	then string
	out  func() ended
}

// outcome is what each command tells with --json.
type outcome struct{ Result, Error, Remedy string }

// told takes out of what was said what differs from run to run.
func told(t *testing.T, e ended) outcome {
	t.Helper()
	var o outcome
	if err := json.Unmarshal([]byte(e.out), &o); err != nil {
		t.Errorf("%s: %v in %s%s", e.command, err, e.out, e.said)
	}
	for _, it := range []struct{ pattern, word string }{ // a time before the date that it begins with
		{`127\.0\.0\.1:\d+(->127\.0\.0\.1:\d+)?`, "HOST"}, {`\d{4}-\d\d-\d\dT[0-9:]+Z`, "TIME"}, {`\d{4}-\d\d-\d\d`, "DATE"},
		{`/tmp/[^ :;,]*`, "PATH"}, {`[0-9a-f]{64}`, "DIGEST"},
	} {
		o.Error = regexp.MustCompile(it.pattern).ReplaceAllString(o.Error, it.word)
	}
	o.Error = strings.TrimPrefix(o.Error, "provisioning: ")
	return o
}

func TestE2ETroublesHaveEachAMessageAndAWayOut(t *testing.T) {
	if *update { // the process in the namespaces knows no flags
		t.Setenv(updating, "yes")
	}
	pcscdtest.Within(t, func(t *testing.T) {
		var table strings.Builder
		table.WriteString(troublesHead)
		plain := newSite(t, nil)
		for n, row := range troubles(t, plain) {
			if n%4 == 3 { // it slows down whoever enrols so often; a restart forgives them
				plain.shut()
				plain.open()
			}
			met := row.meet()
			if met.code != row.exit {
				t.Errorf("%s: exit %d, want %d\n%s%s", row.name, met.code, row.exit, met.out, met.said)
			}
			if left := row.out(); left.code != exitDone {
				t.Errorf("%s: the way out ends with %d\n%s%s", row.name, left.code, left.out, left.said)
			}
			o := told(t, met)
			if o.Remedy == "" || o.Error == "" {
				t.Errorf("%s: %+v", row.name, o)
			}
			fmt.Fprintf(&table, "| %s | %d %s | %s | %s | %s |\n", row.name, row.exit, o.Result, o.Error, o.Remedy, row.then)
		}
		compare(t, table.String())
	})
}

func compare(t *testing.T, got string) {
	t.Helper()
	if os.Getenv(updating) != "" {
		if err := os.WriteFile(troublesFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(troublesFile)
	if err != nil || string(want) != got {
		t.Errorf("%s is not what was seen (-update writes it anew): %v\n%s", troublesFile, err, got)
	}
}

// bring runs init with --json.
func (m *clean) bring(token string) ended { return endOf(m.init(token, "--json")) }

func troubles(t *testing.T, plain *site) []trouble {
	return slices.Concat(tokenTroubles(t, plain), roadTroubles(t), machineTroubles(t, plain), bundleTroubles(plain), timeTroubles(t))
}

// altered is a token of which something was changed.
func (s *site) altered(change func(*protocol.Token)) string {
	s.t.Helper()
	token, err := protocol.ParseToken(s.token())
	s.check(err)
	change(&token)
	return token.String()
}

// tokenTroubles are about tokens, and about who answers.
func tokenTroubles(t *testing.T, s *site) []trouble {
	m := s.machine()
	again := func() ended { return m.bring(s.token()) }
	fresh := func() ended { m = s.machine(); return again() }
	unpinned := func() ended {
		raw, err := json.Marshal(map[string]any{"host": s.address, "secret": base64.RawURLEncoding.EncodeToString([]byte("sixteen bytes or more"))})
		s.check(err)
		return m.bring("watashi1." + base64.RawURLEncoding.EncodeToString(raw))
	}
	elsewhere := func() ended {
		clone := newSite(t, nil)
		return m.bring(s.altered(func(k *protocol.Token) { k.Host = clone.address }))
	}
	return []trouble{
		{"half a token", exitToken, func() ended { return m.bring(s.token()[:60]) }, "the whole token: ready", again},
		{"a token without a pin", exitTokenPin, func() ended { m = s.machine(); return unpinned() }, "a token of the platform: ready", again},
		{"a wrong token", exitSecret, func() ended {
			m = s.machine()
			return m.bring(s.altered(func(k *protocol.Token) { k.Secret[0] ^= 1 }))
		}, "a new token: ready", again},
		{"a token that another machine has used", exitTokenUsed, func() ended {
			first := s.machine()
			s.want(first.bring(s.token()), exitDone)
			used := s.last
			m = s.machine()
			return m.bring(used)
		}, "a new token: ready", again},
		{"another platform under the right address (a clone on the network)", exitPin, func() ended { m = s.machine(); return elsewhere() }, "in the right network: ready", again},
		{"there is an identity already", exitProvisioned, func() ended { s.want(fresh(), exitDone); return m.bring(s.token()) }, "init --replace: ready", func() ended {
			return endOf(m.init(s.token(), "--replace", "--json"))
		}},
	}
}

// roadTroubles are about a machine that does not reach its platform, and about the
// stick that travels instead. The machine has a TPM, so that it travels twice.
func roadTroubles(t *testing.T) []trouble {
	chip := swtpm.Certified(t)
	s := newSite(t, chip.Makers)
	s.shut()
	var m *clean
	var stick, first, token string
	tried := func() ended { return endOf(m.byStick(token, stick, "--json")) }
	answered := func() ended {
		s.answer(stick)
		return m.trips(token, stick)
	}
	asked := func() { // by a new machine
		m, stick, token = s.machine("--tpm", chip.Socket), t.TempDir(), s.token()
		s.want(tried(), exitWaiting)
	}
	// brings puts onto the stick what was answered to another request.
	brings := func(from string, change func([]byte) []byte) {
		s.check(os.WriteFile(filepath.Join(stick, "watashi-answer-1.json"), change(s.only(from, "watashi-answer-*.json")), 0o600))
	}
	return []trouble{
		{"no network, or the platform is down", exitUnreachable, func() ended {
			m, stick, token = s.machine("--tpm", chip.Socket), t.TempDir(), s.token()
			return m.bring(token)
		}, "a USB stick, carried twice: ready", func() ended { return m.trips(token, stick) }},
		{"no network: the stick was not at the platform yet", exitWaiting, func() ended { asked(); return tried() }, "watashi-platformd enrol: ready", answered},
		{"no network: another stick", exitOtherStick, func() ended {
			asked()
			s.answer(stick)
			stick, first = t.TempDir(), stick
			return tried()
		}, "the stick that was at the platform: ready", func() ended { return m.trips(token, first) }},
		{"no network: the answer of another machine", exitOtherMachine, func() ended {
			asked()
			s.answer(stick)
			first = stick
			asked()
			brings(first, func(b []byte) []byte { return b })
			return tried()
		}, "its own answer: ready", answered},
		{"no network: the answer of the trip before", exitOldAnswer, func() ended {
			asked()
			s.answer(stick)
			before := s.only(stick, "watashi-answer-*.json")
			s.want(tried(), exitWaiting)
			s.check(os.WriteFile(filepath.Join(stick, "watashi-answer-1.json"), before, 0o600))
			return tried()
		}, "watashi-platformd enrol: ready", answered},
		{"no network: the stick was pulled out too early", exitCarried, func() ended {
			asked()
			s.answer(stick)
			brings(stick, func(b []byte) []byte { return b[:len(b)/2] })
			s.check(os.Remove(filepath.Join(stick, s.answerName(stick))))
			return tried()
		}, "watashi-platformd enrol: ready", answered},
		{"no network: the answer was changed on the way", exitForeignAnswer, func() ended {
			asked()
			s.answer(stick)
			name := s.answerName(stick)
			brings(stick, func(b []byte) []byte {
				return []byte(strings.Replace(string(b), `"nonce":"`, `"nonce":"AAAA`, 1))
			})
			s.check(os.Remove(filepath.Join(stick, name)))
			return tried()
		}, "watashi-platformd enrol: ready", answered},
		{"no network: the answer of another platform", exitForeignAnswer, func() ended {
			asked()
			request := s.only(stick, "watashi-request-*.json")
			s.check(os.WriteFile(filepath.Join(stick, "watashi-answer-1.json"), s.forged(request), 0o600))
			return tried()
		}, "watashi-platformd enrol: ready", answered},
	}
}

// answerName is that of the platform's file on a stick.
func (s *site) answerName(stick string) string {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(stick, "watashi-answer-*-*.json"))
	s.check(err)
	if len(names) != 1 {
		s.t.Fatalf("%d answers of the platform", len(names))
	}
	return filepath.Base(names[0])
}

// forged is what a clone of the platform, with keys of its own, says to a request.
func (s *site) forged(request []byte) []byte {
	s.t.Helper()
	r, err := protocol.ReadEnrolRequest(request)
	s.check(err)
	refused := protocol.NewProblem(http.StatusUnauthorized, protocol.CodeTokenUsed, "")
	key := protocol.NewPrivateKey().ECDSA()
	own := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, own, own, key.Public(), key)
	s.check(err)
	answer, err := protocol.SignEnrolAnswer(protocol.EnrolAnswer{Token: r.Token, Request: r.Digest, Time: time.Now(), Problem: &refused}, key, [][]byte{der})
	s.check(err)
	return answer
}

// machineTroubles are about what the machine has or lacks.
func machineTroubles(t *testing.T, s *site) []trouble {
	var m *clean
	chip, known := swtpm.New(t), swtpm.Certified(t)
	strict := newSite(t, known.Makers)
	again := func() ended { return m.bring(m.last) }
	return []trouble{
		{"no TPM answers", exitChip, func() ended {
			chip.Off(t)
			m = s.machine("--protection", "tpm", "--tpm", chip.Socket)
			return m.bring(s.token())
		}, "the TPM switched on, the same token: ready", func() ended { chip.On(t); return again() }},
		{"a TPM that the platform does not know", exitUnproven, func() ended {
			m = strict.machine("--tpm", chip.Socket)
			return m.bring(strict.token())
		}, "watashi-platformd ek allow, the same token: ready", func() ended {
			said := endOf(m.init(m.last)).out
			found := regexp.MustCompile(`SHA-256 ([0-9a-f]{64})`).FindStringSubmatch(said)
			if found == nil {
				t.Errorf("no endorsement key is named in %s", said)
				return ended{}
			}
			strict.platformd("ek", "allow", found[1], "a test")
			return again()
		}},
		{"production asked for, and the key would be a file", exitRefused, func() ended {
			m = s.machine("--protection", "file")
			return endOf(m.init(s.token(), "--environment", "production", "--json"))
		}, "for a test terminal: --environment test: ready", again},
		{"the disk is full", exitDiskFull, func() ended {
			m = s.machine()
			folder := filepath.Join(m.dir, "terminald")
			s.check(os.Mkdir(folder, 0o700))
			s.check(syscall.Mount("none", folder, "tmpfs", 0, "size=16k"))
			t.Cleanup(func() { s.check(syscall.Unmount(folder, 0)) })
			return m.bring(s.token())
		}, "room made, the same token: ready", func() ended {
			s.check(syscall.Mount("none", filepath.Join(m.dir, "terminald"), "tmpfs", syscall.MS_REMOUNT, "size=8m"))
			return again()
		}},
		{"a device fails: the printer is away", exitNotReady, func() ended {
			m = s.machine()
			text, err := os.ReadFile(m.config)
			s.check(err)
			away := regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAll(text, []byte(freeAddress(t)))
			s.check(os.WriteFile(m.config, away, 0o600))
			e := m.bring(s.token())
			s.check(os.WriteFile(m.config, text, 0o600))
			return e
		}, "the printer mended, init without a token: ready", func() ended {
			return endOf(m.command("init", "--yes", "--config", m.config, "--json"))
		}},
	}
}

// bundleTroubles are about bundles that come by hand.
func bundleTroubles(s *site) []trouble {
	var old, new string
	var m *clean
	take := func(file string) ended {
		return endOf(m.commandBare("bundle", "import", file, "--config", m.config, "--json"))
	}
	kept := func(m *clean, name string) string {
		text, err := os.ReadFile(filepath.Join(m.dir, "terminald", "bundle.jws"))
		s.check(err)
		return s.file(name, text)
	}
	return []trouble{
		{"a bundle that was rolled back", exitRollBack, func() ended {
			m = s.machine()
			s.want(m.bring(s.token()), exitDone)
			old = kept(m, "old.jws")
			s.shut()
			s.edit(map[string]any{"photo": "optional"})
			s.open()
			other := s.machine()
			s.want(other.bring(s.token()), exitDone)
			new = kept(other, "new.jws")
			s.want(take(new), exitDone)
			return take(old)
		}, "bundle import of the one in force: done", func() ended { return take(new) }},
		{"a bundle signed by another key", exitBundleKey, func() ended {
			jws, err := os.ReadFile(new)
			s.check(err)
			b, err := protocol.DecodeFirstBundle(jws)
			s.check(err)
			key := protocol.NewPrivateKey()
			b.Version, b.BundleKeys = b.Version+1, []protocol.PublicKey{key.PublicKey()}
			jws, err = protocol.SignBundle(b, key)
			s.check(err)
			return take(s.file("foreign.jws", jws))
		}, "bundle import of the one in force: done", func() ended { return take(new) }},
	}
}

// commandBare is the shipped command without the folders.
func (m *clean) commandBare(args ...string) *exec.Cmd {
	return exec.Command(program("watashi-provision"), args...)
}

// timeTroubles are about the clock, and about what has ended.
func timeTroubles(t *testing.T) []trouble {
	const day = 24 * time.Hour
	b := newBench(t)
	pass := func(d time.Duration) {
		b.ahead.Add(int64(d))
		b.world.Now = b.now
	}
	old := ""
	return []trouble{
		{"the clock is off by a day", exitClock, func() ended {
			b.world.Now = func() time.Time { return b.now().Add(day) }
			old = b.token()
			return b.run(old, "init", "--environment", "test", "--json")
		}, "the clock set, the same token: ready", func() ended {
			b.world.Now = b.now
			return b.run(old, "init", "--environment", "test", "--json")
		}},
		{"a token whose time is over", exitTokenExpired, func() ended {
			old = b.token()
			pass(2 * time.Hour)
			return b.run(old, "init", "--environment", "test", "--replace", "--json")
		}, "a new token: ready", func() ended { return b.run(b.token(), "init", "--environment", "test", "--replace", "--json") }},
		{"the certificates have ended 60 days ago", exitLapsed, func() ended {
			pass(790 * day)
			return b.run("", "check", "--json")
		}, "renew: in force again", func() ended {
			e := b.run("", "renew", "--json")
			b.want(b.run("", "status"), exitDone, "may serve")
			return e
		}},
		{"the certificates have ended long ago", exitRenewal, func() ended {
			pass((730 + 200) * day)
			return b.run("", "renew", "--json")
		}, "a new token, init --replace: ready", func() ended {
			e := b.run(b.token(), "init", "--environment", "test", "--replace", "--json")
			if _, err := provisioning.LoadDevice(filepath.Join(b.dir, "terminald")); err != nil {
				t.Error(err)
			}
			return e
		}},
	}
}

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/fleet"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// inventedTerminal is one for the page; change and is may make it ill.
type inventedTerminal struct {
	id     string
	silent time.Duration
	change func(*protocol.Heartbeat)
	is     func(*platform.Terminal)
}

func with(codes ...string) func(*protocol.Heartbeat) {
	return func(h *protocol.Heartbeat) { h.Conditions = codes }
}

func inventedFleet(now time.Time) []inventedTerminal {
	return []inventedTerminal{
		{"chiyoda-01", time.Minute, nil, nil},
		{"chiyoda-02", 40 * time.Second, func(h *protocol.Heartbeat) { h.Paper = "low" }, nil},
		{"shibuya-01", time.Minute, func(h *protocol.Heartbeat) { h.Paper, h.Conditions = "out", []string{"PRN-PAPER"} }, nil},
		{"shibuya-02", 2 * time.Minute, with("PRN-COVER"), nil},
		{"osaka-kita-01", 3 * time.Minute, with("SNS-TAMPER", "SNS-DOOR"), func(t *platform.Terminal) { t.Suspended, t.SuspendedFor = now.Add(-time.Hour), platform.ForTamper }},
		{"naha-01", 31 * time.Hour, nil, nil},
		{"sapporo-03", 9 * 24 * time.Hour, func(h *protocol.Heartbeat) { h.Queue, h.OldestUnsentSeconds = 12, 3600 }, nil},
		{"kanazawa-01", time.Minute, func(h *protocol.Heartbeat) { h.Queue, h.OldestUnsentSeconds, h.Quarantined = 44, 45*3600, 2 }, nil},
		{"kanazawa-02", time.Minute, func(h *protocol.Heartbeat) { h.ReaderState, h.Conditions = "noDevice", []string{"RDR-NONE"} }, nil},
		{"sendai-01", time.Minute, func(h *protocol.Heartbeat) { h.Versions = map[string]string{"terminald": "v1.3.9"} }, nil},
		{"sendai-02", time.Minute, func(h *protocol.Heartbeat) { h.Protection = "file" }, func(t *platform.Terminal) { t.TLS.Expires = now.Add(12 * 24 * time.Hour) }},
		{"kochi-01", time.Minute, func(h *protocol.Heartbeat) { h.Maintenance, h.Conditions = true, []string{"SNS-SWITCH"} }, nil},
		{"kochi-02", time.Minute, func(h *protocol.Heartbeat) { h.Lost, h.ClockSkewSeconds = 1, -200 }, func(t *platform.Terminal) { t.Breach, t.BreachWas = now, "audit chain set back" }},
		{"mito-01", 0, nil, func(t *platform.Terminal) { t.Heartbeat, t.Seen = nil, time.Time{} }},
		{"mito-00", 90 * 24 * time.Hour, nil, func(t *platform.Terminal) { t.Retired, t.Successor = now.Add(-24*time.Hour), "mito-01" }},
		{"toyama-01", time.Hour, nil, func(t *platform.Terminal) { t.Suspended, t.Compromised = now.Add(-time.Hour), true }},
	}
}

// keepFleet puts them into the store of a platform that rests.
func keepFleet(t *testing.T, path string, all []inventedTerminal, now time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now, NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, path, func(w platform.Writing) error {
		err := w.AddCertificate(platform.Certificate{Kid: protocol.CertificateKid(cert), TerminalID: "all", Role: platform.DeviceRole, DER: der})
		for _, invented := range all {
			terminal, made := invented.make(key, cert, now)
			err = errors.Join(err, made, w.KeepTerminal(terminal))
		}
		return err
	})
}

func (i inventedTerminal) make(key *ecdsa.PrivateKey, cert *x509.Certificate, now time.Time) (platform.Terminal, error) {
	seen, ends := now.Add(-i.silent), platform.Holding{Expires: now.Add(600 * 24 * time.Hour)}
	h := protocol.Heartbeat{
		TerminalID: i.id, Time: seen, Protection: "tpm-attested", Versions: map[string]string{"terminald": "v1.4.0"}, BundleVersion: 3,
		AuditEntries: 1207, AuditHead: protocol.SHA256([]byte(i.id)), ReaderState: "online", PrinterState: "online", Paper: "full",
	}
	if i.change != nil {
		i.change(&h)
	}
	jws, err := protocol.SignHeartbeat(h, key, cert)
	t := platform.Terminal{ID: i.id, Admitted: now.Add(-100 * 24 * time.Hour), Seen: seen, Heartbeat: jws, Device: ends, TLS: ends}
	if i.silent == 0 {
		t.Admitted = now
	}
	if i.is != nil {
		i.is(&t)
	}
	return t, err
}

// openFleet is a platform with all of them, and what answers for it.
func openFleet(t *testing.T) (path string, handler http.Handler) {
	t.Helper()
	path = founded(t)
	now := time.Now().UTC().Truncate(time.Second)
	keepFleet(t, path, inventedFleet(now), now)
	c, err := readConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.open(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	sources, err := c.fetch(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return path, metricsHandler(p, sources, slog.New(slog.DiscardHandler))
}

func look(h http.Handler, path, host string) *http.Response {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = host
	h.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPageTellsWhoNeedsAVisitWithoutAScript(t *testing.T) {
	_, h := openFleet(t)
	for lang, words := range map[string][]string{
		"ja": {"16 台のうち", "用紙を補給してください。", "利用停止", "chiyoda-01", "対応は不要です。", "SNS-TAMPER", "9日", "31時間", "巻き戻し", "terminald v1.4.0"},
		"en": {"16 terminals, ", "Put a roll in.", "suspended", "chiyoda-01", "Nothing to do.", "SNS-TAMPER", "9 days", "Successor"},
	} {
		r := look(h, "/fleet?lang="+lang, "127.0.0.1:9100")
		text := bodyOf(t, r)
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: the page lacks %q", lang, word)
			}
		}
		policy := r.Header.Get("Content-Security-Policy")
		if r.StatusCode != 200 || !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %d under %q", lang, r.StatusCode, policy)
		}
		for _, active := range []string{"<script", "javascript:", " style=", " onclick", "http://", "https://", "<form", "<img"} {
			if strings.Contains(text, active) {
				t.Errorf("%s: the page has %q", lang, active)
			}
		}
		if r.Header.Get("Cache-Control") != "no-store" || !strings.Contains(text, `<html lang="`+lang+`">`) || !strings.Contains(text, "<style>"+pageStyle+"</style>") {
			t.Errorf("%s: the page is kept, without a language, or its style is not as it is vouched for", lang)
		}
	}
	if first := strings.Index(bodyOf(t, look(h, "/fleet?lang=en", "localhost")), "<article"); first < 0 {
		t.Error("no terminal")
	}
}

func TestFleetIsToldAsJSONAndByTheCommand(t *testing.T) {
	_, h := openFleet(t)
	var f fleet.Report
	r := look(h, "/v1/fleet", "[::1]:9100")
	if err := json.Unmarshal([]byte(bodyOf(t, r)), &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Terminals) != 16 || f.Terminals[0].ID != "osaka-kita-01" || f.Terminals[15].ID != "mito-00" || f.Visits != 11 {
		t.Errorf("%d terminals, %d visits, from %s to %s", len(f.Terminals), f.Visits, f.Terminals[0].ID, f.Terminals[15].ID)
	}
	path := founded(t)
	now := time.Now().UTC().Truncate(time.Second)
	keepFleet(t, path, inventedFleet(now), now)
	said := do(t, "-config", path, "fleet")
	for _, want := range []string{"16 terminals, 11 need a visit", "now  PRN-PAPER        There is no paper. Put a roll in.", "soon FLT-QUEUE        What waits to be sent is getting old. (45 h) See to the network."} {
		if !strings.Contains(said, want) {
			t.Errorf("the command does not say %q in\n%s", want, said)
		}
	}
	if err := json.Unmarshal([]byte(do(t, "-config", path, "fleet", "json")), &f); err != nil || f.Visits != 11 {
		t.Errorf("%d visits, %v", f.Visits, err)
	}
}

func TestFleetIsToldOnlyToWhoAsksThisMachine(t *testing.T) {
	_, h := openFleet(t)
	for host, want := range map[string]int{
		"127.0.0.1:9100": 200, "localhost:9100": 200, "[::1]:9100": 200, "localhost": 200,
		"evil.example:9100": 403, "10.0.0.1:9100": 403, "localhost.evil.example": 403, "": 403,
	} {
		for _, path := range []string{"/fleet", "/v1/fleet"} {
			if got := look(h, path, host).StatusCode; got != want {
				t.Errorf("%s asked as %q: got %d, want %d", path, host, got, want)
			}
		}
	}
}

func TestWhatATerminalSaysIsNoMarkup(t *testing.T) {
	path := founded(t)
	now := time.Now().UTC().Truncate(time.Second)
	mean := `<b onclick="x">&'`
	keepFleet(t, path, []inventedTerminal{{"a", time.Minute, func(h *protocol.Heartbeat) { h.Versions = map[string]string{"terminald": mean} }, nil}}, now)
	c, err := readConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.open(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	text := bodyOf(t, look(fleetPage(p, slog.New(slog.DiscardHandler)), "/fleet", "localhost"))
	if strings.Contains(text, "<b onclick") || !strings.Contains(text, "&lt;b onclick") {
		t.Error("a version became markup")
	}
}

func TestMetricsTellOfTheFleet(t *testing.T) {
	_, h := openFleet(t)
	text := scrape(h)
	for _, line := range []string{
		`watashi_platform_terminals{state="serving"} 6`, `watashi_platform_terminals{state="silent"} 2`, `watashi_platform_terminals{state="retired"} 1`,
		`watashi_platform_terminals{state="compromised"} 1`, `watashi_platform_terminals{state="new"} 1`, `watashi_platform_terminals{state="maintenance"} 1`,
		`watashi_platform_terminals_to_visit{urgency="now"} 8`, `watashi_platform_terminals_to_visit{urgency="soon"} 3`,
		`watashi_platform_terminal_reasons{reason="PRN-PAPER"} 1`, `watashi_platform_terminal_reasons{reason="other"} 0`,
		`watashi_platform_terminal_queue 56`, `watashi_platform_terminal_queue_oldest_seconds 162000`,
		`watashi_platform_terminal_quarantined 2`, `watashi_platform_terminal_lost 1`,
		`watashi_platform_registrations_refused_total{reason="terminal-revoked"} 0`, `watashi_platform_terminals_suspended_total{why="tamper"} 0`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	if !strings.Contains(text, "watashi_platform_heartbeat_oldest_seconds 7776") && !strings.Contains(text, "watashi_platform_heartbeat_oldest_seconds 777") {
		t.Error("the longest silence is not that of nine days")
	}
}

func TestRetireByHand(t *testing.T) {
	path := founded(t)
	keep(t, path, func(w platform.Writing) error { return w.KeepTerminal(platform.Terminal{ID: "atm-0001"}) })
	do(t, "-config", path, "retire", "atm-0001", "atm-0002")
	if said := do(t, "-config", path, "terminals"); !strings.Contains(said, "retired") {
		t.Errorf("got %q, want a retired terminal", said)
	}
	if err := run(t.Context(), []string{"-config", path, "retire", "atm-0009"}, io.Discard, io.Discard); err == nil {
		t.Error("retired a terminal that nobody admitted")
	}
}

func TestPageSpeaksOfTimeAndKeysAsPeopleDo(t *testing.T) {
	_, h := openFleet(t)
	for lang, words := range map[string][]string{
		"ja": {"（日本時間）", "ただいま連絡", "200秒の遅れ", "1分未満", "鍵</dt><dd>TPM（確認済み）", `<span class="program">watashi-provision</span>`},
		"en": {" UTC", "heard just now", "200 s behind", "less than a minute", "Key</dt><dd>in a TPM, proven"},
	} {
		text := bodyOf(t, look(h, "/fleet?lang="+lang, "localhost"))
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: the page lacks %q", lang, word)
			}
		}
		for _, raw := range []string{"0 min", "0分前", "-200", "tpm-attested", `value">file<`} {
			if strings.Contains(text, raw) {
				t.Errorf("%s: the page says %q", lang, raw)
			}
		}
	}
}

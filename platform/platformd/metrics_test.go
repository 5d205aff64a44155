package main

import (
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestPackageDocNamesEveryMetric(t *testing.T) {
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, r := range readings() {
		told = append(told, r.name)
		if !strings.Contains(string(source), r.help) {
			t.Errorf("the doc does not say of %s: %s", r.name, r.help)
		}
	}
	documented := regexp.MustCompile(`\bwatashi_[a-z_]+`).FindAllString(string(source), -1)
	slices.Sort(told)
	slices.Sort(documented)
	if !slices.Equal(told, documented) {
		t.Errorf("the doc names\n%q, told are\n%q", documented, told)
	}
}

func TestMetricsTellOfANewPlatform(t *testing.T) {
	path := founded(t)
	c, err := readConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	c.CRLURLs = []string{"file:///nowhere/list.crl"}
	p, err := c.open(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	sources, err := c.fetch(slog.New(slog.DiscardHandler))
	if err != nil || sources.Fetch(t.Context()) == nil {
		t.Fatalf("fetching from nowhere: %v", err)
	}
	handler := metricsHandler(p, sources, slog.New(slog.DiscardHandler))
	text := scrape(handler)
	for _, line := range []string{
		"watashi_platform_store_up 1", "watashi_platform_waiting 0", `watashi_platform_lists{state="fresh"} 1`, `watashi_platform_lists{state="stale"} 0`,
		`watashi_platform_list_fetch_failures{source="file:///nowhere/list.crl"} 1`, `watashi_platform_registrations_total{verdict="accepted"} 0`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if text := scrape(handler); !strings.Contains(text, "watashi_platform_store_up 0\n") || strings.Contains(text, "watashi_platform_waiting") {
		t.Errorf("without a store: got\n%s", text)
	}
}

func scrape(h http.Handler) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	text, _ := io.ReadAll(w.Body)
	return string(text)
}

func TestConfigurationOfWebhookAndMetricsIsChecked(t *testing.T) {
	secret := func(dir, text string) string {
		name := filepath.Join(dir, "hook")
		write(t, name, []byte(text))
		return `"webhook": {"url": "https://hook.example/", "secret_file": "hook"}`
	}
	good := "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"
	tests := []struct {
		name, before, after, secret, want string
	}{
		{"all in order", `"webhook": null`, "", good, ""},
		{"a short secret", `"webhook": null`, "", "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 8)), "secret"},
		{"a secret in clear", `"webhook": null`, "", "hunter2", "whsec_"},
		{"metrics for all the world", `"metrics": ""`, `"metrics": "0.0.0.0:9100"`, "", "loopback"},
		{"a responder that is none", `"ocsp": ""`, `"ocsp": "ldap://x"`, "", "responder"},
		{"negative days", `"code_days": 30`, `"code_days": -1`, "", "negative"},
	}
	for _, test := range tests {
		path := founded(t)
		after := test.after
		if test.secret != "" {
			after = secret(filepath.Dir(path), test.secret)
		}
		rewrite(t, path, test.before, after)
		var out strings.Builder
		err := run(t.Context(), []string{"-config", path, "check"}, &out, io.Discard)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestListsCommandSaysWhatIsFresh(t *testing.T) {
	if said := do(t, "-config", founded(t), "lists"); !strings.Contains(said, "fresh") || strings.Contains(said, "STALE") {
		t.Errorf("got %q, want one fresh list", said)
	}
}

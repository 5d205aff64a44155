package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// changed is a configuration with other members; nil takes one out.
func changed(t *testing.T, path string, members map[string]any) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	for name, value := range members {
		c[name] = value
		if value == nil {
			delete(c, name)
		}
	}
	if text, err = json.Marshal(c); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(filepath.Dir(path), "changed.json")
	write(t, other, text)
	return other
}

func TestWrongConfigurationIsNamedByItsMember(t *testing.T) {
	path := founded(t)
	for _, test := range []struct {
		members map[string]any
		want    []string
	}{
		{map[string]any{"listen": "8443"}, []string{`"listen": "8443" is no address:port`}},
		{map[string]any{"listen": "here:there"}, []string{`"listen"`}},
		{map[string]any{"hosts": []string{}}, []string{`"hosts": is missing`}},
		{map[string]any{"hosts": []string{"atm.example", ""}}, []string{`"hosts": host ""`}},
		{map[string]any{"hosts": []string{"https://atm.example"}}, []string{`"hosts": host "https://atm.example"`}},
		{map[string]any{"hosts": []string{"atm.example:"}}, []string{`host "atm.example:"`}},
		{map[string]any{"hosts": []string{"atm.example:99999"}}, []string{`host "atm.example:99999"`}},
		{map[string]any{"jpki": "nowhere"}, []string{`"jpki": there is no folder`, "nowhere"}},
		{map[string]any{"crl": "platform.json"}, []string{`"crl"`, "is no folder"}},
		{map[string]any{"crl_urls": []string{"ldap://jpki"}}, []string{`"crl_urls": "ldap://jpki" is no address of http, https, file`}},
		{map[string]any{"metrics": "0.0.0.0:9100"}, []string{`"metrics"`, "loopback"}},
		{map[string]any{"debug": true}, []string{"debug"}},
		{map[string]any{"photo_days": "thirty"}, []string{`"photo_days" cannot be a JSON string`}},
		{map[string]any{"photo": "maybe"}, []string{"what terminals are told", "photo is neither off, optional nor required"}},
		{map[string]any{"protection": "steel"}, []string{`"steel"`, "tpm-attested"}},
		{map[string]any{"listen": nil, "hosts": nil, "metrics": "x"}, []string{`"listen"`, `"hosts"`, `"metrics"`}},
	} {
		err := run(t.Context(), []string{"-config", changed(t, path, test.members), "check"}, io.Discard, io.Discard)
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: got %v, want %s", test.members, err, want)
			}
		}
	}
	for _, hosts := range [][]string{{"atm.example"}, {"127.0.0.1:8443", "[::1]:8443"}, {"::1"}} {
		do(t, "-config", changed(t, path, map[string]any{"hosts": hosts}), "check")
	}
}

func TestWhatIsNoConfigurationIsToldApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "platformd.json")
	for text, want := range map[string]string{
		"": "it is empty", `{"listen":`: "it breaks off", `{"listen" ":1"}`: "not JSON at byte 11", `{"listen":":1"}{}`: "behind the closing bracket",
	} {
		write(t, path, []byte(text))
		err := run(t.Context(), []string{"-config", path, "check"}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestInitAgainChangesNothingAndMakesNoLostKeyAnew(t *testing.T) {
	dir := t.TempDir()
	founds := func(host string) (string, error) {
		var out strings.Builder
		err := run(t.Context(), []string{"init", "-dir", dir, "-id", "platform-1", "-host", host}, &out, io.Discard)
		return out.String(), err
	}
	if _, err := founds("https://atm.example/"); err == nil || !strings.Contains(err.Error(), "no name or address") {
		t.Errorf("a host that is none: got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("a host that is none left %v", left)
	}
	for range 2 {
		if said, err := founds("atm.example:8443"); err != nil || strings.Contains(said, "it names the host") {
			t.Errorf("got %q %v", said, err)
		}
	}
	keys := func() (all []string) {
		for _, name := range []string{"platform.json", "terminal-ca.pem", "encryption.pem", "receipt.pem", "bundle.pem", "secret", "platformd.json"} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Error(err)
			}
			all = append(all, string(text))
		}
		return all
	}
	before := strings.Join(keys(), "\n")
	if said, err := founds("other.example"); err != nil || !strings.Contains(said, "it names the host atm.example:8443") {
		t.Errorf("with another host: got %q %v", said, err)
	}
	if strings.Join(keys(), "\n") != before {
		t.Error("init changed what was there")
	}
	lost := filepath.Join(dir, "encryption.pem")
	if err := os.Remove(lost); err != nil {
		t.Fatal(err)
	}
	if _, err := founds("atm.example:8443"); err == nil || !strings.Contains(err.Error(), "has lost encryption.pem") {
		t.Errorf("with a key lost: got %v", err)
	}
	if _, err := os.Stat(lost); err == nil {
		t.Error("a lost key was made anew")
	}
}

func TestCAsThatNoPlatformCouldStartWithAreRefused(t *testing.T) {
	path := founded(t)
	there, err := filepath.Glob(filepath.Join(filepath.Dir(path), "jpki", "*.crt"))
	if err != nil {
		t.Fatal(err)
	}
	err = run(t.Context(), append([]string{"-config", path, "ca", "drop"}, there...), io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "nothing was dropped") {
		t.Errorf("dropping all: got %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "jpki", "*.crt")); len(left) != len(there) {
		t.Errorf("dropping all left %d of %d", len(left), len(there))
	}
	dir := t.TempDir()
	do(t, "init", "-dir", dir, "-id", "platform-2", "-host", "h", "-environment", "production")
	production := filepath.Join(dir, "platformd.json")
	err = run(t.Context(), []string{"-config", production, "ca", "add", there[0]}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "production trusts no other; nothing was put in") {
		t.Errorf("a test CA in production: got %v", err)
	}
}

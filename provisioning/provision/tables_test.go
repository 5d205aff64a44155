package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/provisioning/provision/manual"
)

// says runs the program to its end.
func says(t *testing.T, args ...string) (code int, out, said string) {
	t.Helper()
	var o, s bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &o, &s)
	return code, o.String(), s.String()
}

func TestEachCommandHasHelpWithAnExample(t *testing.T) {
	for _, e := range entries() {
		code, out, said := says(t, append(strings.Fields(e.Words), "--help")...)
		if code != exitDone || said != "" || out != handbook().Usage(e) {
			t.Errorf("%s --help: exit %d, %q, %q", e.Words, code, out, said)
		}
		if e.About == "" || e.Help == "" || !strings.HasPrefix(e.Example, "watashi-provision "+e.Words) {
			t.Errorf("%s: about %q, example %q", e.Words, e.About, e.Example)
		}
		for line := range strings.Lines(out) {
			if len([]rune(line)) > 112 {
				t.Errorf("%s --help has a line of %d columns: %s", e.Words, len(line), line)
			}
		}
	}
}

// The program itself is asked whether it knows what its help tells: an unknown flag
// ends it before --help does.
func TestEachFlagOfTheHelpIsKnown(t *testing.T) {
	for _, e := range entries() {
		for _, o := range e.Options() {
			args := append(strings.Fields(e.Words), o.Name)
			if o.Takes != "" {
				value := "1"
				if o.Takes == "TIME" || o.Takes == "DURATION" || strings.HasPrefix(o.Takes, "D") {
					value = "1s"
				}
				args = append(args, value)
			}
			if code, out, said := says(t, append(args, "--help")...); code != exitDone {
				t.Errorf("%v: exit %d\n%.200s%.200s", args, code, out, said)
			}
		}
	}
}

func TestExamplesNameCommandsAndFlagsThatAre(t *testing.T) {
	for _, e := range entries() {
		for _, word := range strings.Fields(e.Example) {
			known := slices.ContainsFunc(e.Options(), func(o manual.Option) bool { return o.Name == word })
			if strings.HasPrefix(word, "--") && !known {
				t.Errorf("%s: the example has %s", e.Words, word)
			}
		}
	}
}

func TestExitCodesOfTheManualAreThoseOfTheProgram(t *testing.T) {
	pages := map[string]string{}
	for _, p := range handbook().Pages() {
		pages[p.Name] = string(p.Content)
	}
	stated := regexp.MustCompile(`(?m)^\.TP\n\.B "(\d+)"\n(.*)$`).FindAllStringSubmatch(pages["watashi-provision.8"], -1)
	if len(stated) != len(exits()) {
		t.Errorf("the manual has %d exit codes, the program %d", len(stated), len(exits()))
	}
	for _, e := range exits() {
		if !slices.ContainsFunc(stated, func(s []string) bool {
			return s[1] == strconv.Itoa(e.code) && s[2] == strings.ReplaceAll(e.meaning, "-", `\-`)
		}) {
			t.Errorf("exit %d, %s, is not in the manual", e.code, e.meaning)
		}
	}
	if len(pages) != 1+len(entries()) {
		t.Errorf("%d pages for %d commands", len(pages), len(entries()))
	}
}

// completes asks bash what it would complete.
func completes(t *testing.T, script string, words ...string) []string {
	t.Helper()
	program := `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _watashi_provision; printf '%s\n' "${COMPREPLY[@]}"`
	out, err := exec.Command("bash", append([]string{"--norc", "-c", program, script, "watashi-provision"}, words...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", words, err, out)
	}
	return strings.Fields(string(out))
}

func TestBashCompletesWhatTheTablesHave(t *testing.T) {
	script := filepath.Join(t.TempDir(), "completion")
	_, text, _ := says(t, "completion", "bash")
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("bash", "-n", script).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct{ typed, want string }{
		{"de", "device"}, {"device ", "list check card slip watch tamper"}, {"device card ", "read"}, {"queue ex", "export"},
		{"queue export --o", "--out"}, {"init --environment ", "production test"}, {"init --protection t", "tpm"},
		{"--config /etc/watashi/terminald.json queue li", "list"}, {"completion f", "fish"}, {"maintenance o", "on off"},
		{"init --token secret --us", "--usb"}, {"init --token ", ""}, {"support --", "--out --config --json --help"},
	} {
		got := completes(t, script, strings.Split(c.typed, " ")...)
		want := strings.Fields(c.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", c.typed, got, want)
		}
	}
	for _, e := range entries() {
		words := strings.Fields(e.Words)
		for n := range words {
			if !slices.Contains(completes(t, script, append(slices.Clone(words[:n]), words[n][:1])...), words[n]) {
				t.Errorf("%s is not completed", strings.Join(words[:n+1], " "))
			}
		}
	}
	if got := completes(t, script, "audit", "verify", "/etc/pass"); !slices.Contains(got, "/etc/passwd") {
		t.Errorf("no file is completed: %v", got)
	}
}

func TestEveryShellHasItsCompletion(t *testing.T) {
	for shell, begins := range map[string]string{"bash": "# completion", "zsh": "#compdef watashi-provision\n", "fish": "# completion"} {
		code, out, _ := says(t, "completion", shell)
		if code != exitDone || !strings.HasPrefix(out, begins) {
			t.Errorf("%s: exit %d\n%.80s", shell, code, out)
		}
		for _, e := range entries() {
			if !strings.Contains(out, e.Words) {
				t.Errorf("%s knows nothing of %s", shell, e.Words)
			}
		}
	}
	for _, args := range [][]string{{"completion"}, {"completion", "cmd"}, {"completion", "bash", "zsh"}, {"man"}} {
		if code, out, said := says(t, args...); code != exitUsage || out != "" || said == "" {
			t.Errorf("%v: exit %d, %q", args, code, out)
		}
	}
}

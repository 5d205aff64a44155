package manual_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/provisioning/provision/manual"
)

// small is a program with one command whose texts mean something else to roff.
func small() manual.Program {
	return manual.Program{
		Name: "watch-dog", About: "looks after a dog", Version: "watch 1", Text: "One.\n\nTwo.",
		Commands: []manual.Command{{
			Words: "dog feed", Takes: "FILE", About: "feed it", Help: ".hidden food\nC:\\dog → bowl\n",
			Flags:   "  --bowl B   which bowl,\n             if there are two\n  --now      at once\n",
			Example: "watch-dog dog feed --now", Exits: []manual.Exit{{Code: 3, Meaning: "no dog", Remedy: "Call it."}},
		}},
		Exits:  []manual.Exit{{Code: 0, Meaning: "done"}},
		Values: map[string][]string{"B": {"left", "right"}},
	}
}

func TestPagesSayWhatTheTableSays(t *testing.T) {
	pages := small().Pages()
	if len(pages) != 2 || pages[0].Name != "watch-dog.8" || pages[1].Name != "watch-dog-dog-feed.8" {
		t.Fatalf("pages are %v", pages)
	}
	for _, want := range []string{".TH \"WATCH\\-DOG\" \"8\" \"\" \"watch 1\" \"\"", "One.\n.PP\nTwo.", `.B "dog feed FILE"`} {
		if !strings.Contains(string(pages[0].Content), want) {
			t.Errorf("the program's page has no %q:\n%s", want, pages[0].Content)
		}
	}
	for _, want := range []string{`\&.hidden food`, `C:\edog \(-> bowl`, ".B \"\\-\\-bowl B\"\nwhich bowl, if there are two", ".B \"3\"\nno dog\n.br\nCall it."} {
		if !strings.Contains(string(pages[1].Content), want) {
			t.Errorf("the command's page has no %q:\n%s", want, pages[1].Content)
		}
	}
}

func TestOptionsAreReadFromTheHelp(t *testing.T) {
	want := []manual.Option{{Name: "--bowl", Takes: "B", About: "which bowl, if there are two"}, {Name: "--now", About: "at once"}}
	if got := small().Commands[0].Options(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCompletionKnowsThreeShells(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if script, known := small().Completion(shell); !known || !strings.Contains(script, "bowl") || strings.Contains(script, "@PROGRAM@") {
			t.Errorf("%s: %t, %s", shell, known, script)
		}
	}
	if script, _ := small().Completion("bash"); !strings.Contains(script, `compgen -W "left right"`) || !strings.Contains(script, "_watch_dog()") {
		t.Errorf("bash: %s", script)
	}
	if script, known := small().Completion("cmd"); known || script != "" {
		t.Errorf("cmd: %q", script)
	}
}

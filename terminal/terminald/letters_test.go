package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// A machine without fonts has only the one that is built in, which has no Devanagari.
func TestAMachineWithoutFontsSaysWhoseSlipsComeOutInAnotherLanguage(t *testing.T) {
	var said bytes.Buffer
	config := newMachine(t).config.Config
	config.Fonts = []string{t.TempDir()}
	r, err := assemble(config, false, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	if got := strings.Count(said.String(), "slips come out in another language"); got != 1 || !strings.Contains(said.String(), "languages=[ne]") {
		t.Errorf("said %d times: %s", got, said.String())
	}
}

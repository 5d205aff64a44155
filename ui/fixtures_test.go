package ui_test

import (
	"bytes"
	"encoding/json"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/ui"
)

// gallery gives one View per screen and language, by the name of its file.
func gallery(t testing.TB) iter.Seq2[string, ui.View] {
	t.Helper()
	files, err := filepath.Glob("testdata/views/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("gallery of %d views, error %v", len(files), err)
	}
	views := make(map[string]ui.View)
	for _, file := range files {
		views[strings.TrimSuffix(filepath.Base(file), ".json")] = readView(t, file)
	}
	return func(yield func(string, ui.View) bool) {
		for _, name := range slices.Sorted(maps.Keys(views)) {
			if !yield(name, views[name]) {
				return
			}
		}
	}
}

func readView(t testing.TB, file string) ui.View {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var v ui.View
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

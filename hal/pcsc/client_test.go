package pcsc_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A crash in SCardDisconnect, met once in hundreds of runs and too rare to be
// provoked: so it is held that nothing calls these but what takes the lock.
func TestWhatTouchesTheListOfContextsStandsInOneFile(t *testing.T) {
	touches := regexp.MustCompile(`scard\.EstablishContext\(|\.Release\(|\.Disconnect\(`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if calls := len(touches.FindAll(source, -1)); calls > 0 {
			found[name] = calls
		}
	}
	if len(found) != 1 || found["service.go"] != 3 {
		t.Errorf("calls that touch the list of contexts: %v, want the three of service.go", found)
	}
}

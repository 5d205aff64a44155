//go:build e2e && linux && cgo

package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// Meeting a condition is waiting, for pcscd and for the glass. So several worlds
// meet them at the same time, each with namespaces, a pcscd and a shop of its own. The
// last one is for what takes longer than all the rest.
const worlds, patientWorld = 5, 4

// rowsFolder is the environment variable that says where the worlds, which are
// processes, leave the rows that they met.
const rowsFolder = "WATASHI_CONDITION_ROWS"

// A place is a condition and where its row stands in the manual.
type place struct {
	part
	condition
	number int
}

// world is where its turn is: they are dealt out one by one, so that no world has all
// the slow ones of a part.
func (p place) world() int {
	if p.patient {
		return patientWorld
	}
	return p.number % patientWorld
}

// file keeps the row until all are gathered.
func (p place) file(folder string) string { return filepath.Join(folder, fmt.Sprint(p.number)) }

// places are all conditions in the order of the manual.
func places() (all []place) {
	for _, part := range parts() {
		for _, c := range part.conditions {
			all = append(all, place{part, c, len(all)})
		}
	}
	return all
}

// inWorlds has all worlds meet their conditions, and gives the folder with the rows;
// false in a process that is one of the worlds.
func inWorlds(t *testing.T) (folder string, outside bool) {
	t.Helper()
	folder, inside := os.LookupEnv(rowsFolder)
	if !inside {
		folder = t.TempDir()
		t.Setenv(rowsFolder, folder)
	}
	var all sync.WaitGroup
	for i := range worlds { // t.Parallel would let no more live than there are processors
		all.Go(func() {
			t.Run(fmt.Sprint("world ", i), func(t *testing.T) {
				pcscdtest.OnBus(t, 2, func(t *testing.T, b *pcscdtest.Bus) { meetEvery(t, b, i, folder) })
			})
		})
	}
	all.Wait()
	return folder, !inside
}

// meetEvery meets each condition whose turn is in this world.
func meetEvery(t *testing.T, b *pcscdtest.Bus, world int, folder string) {
	scanner := haltest.NewScanner()
	s := newCorner(t, scannerOnSerial(scanner))
	for _, p := range places() {
		if p.world() != world {
			continue
		}
		s.wantPhoto(p.photo)
		if !t.Run(p.what, func(t *testing.T) {
			s.in(t, func(s *shop) { p.leave(t, folder, p.met(&scene{shop: s, bus: b, scanner: scanner})) })
		}) {
			return // the shop is not as the next condition needs it
		}
	}
	s.screen.Quiet()
}

// newCorner is a shop whose machine can be given another time of day and a full disk.
func newCorner(t *testing.T, scanner func(*street.Street)) *shop {
	t.Helper()
	s := &shop{life: t, used: street.Secrets{}, photo: protocol.PhotoOff}
	s.Street = street.New(t, street.Plan{
		Platform: "platform-e2e", Patience: uitest.Patience, Clocks: true, Founded: smallDisk, Provisioned: scanner,
	})
	s.openScreen()
	return s
}

// leave keeps the row of a condition that was told as it should be.
func (p place) leave(t *testing.T, folder, row string) {
	t.Helper()
	if t.Failed() {
		return
	}
	if err := os.WriteFile(p.file(folder), []byte(row), 0o600); err != nil {
		t.Fatal(err)
	}
}

// gathered are the rows that all worlds left, part by part. They are not whole when a
// world has come to an early end; then it says what the world did not come to.
func gathered(t *testing.T, folder string) (rows string, whole bool) {
	t.Helper()
	var b strings.Builder
	title, whole := "", true
	for _, p := range places() {
		if p.title != title {
			title = p.title
			fmt.Fprintf(&b, "\n## %s\n\n%s", title, tableHead)
		}
		row, err := os.ReadFile(p.file(folder))
		if err != nil {
			whole = false
			t.Errorf("%s: %s: world %d has no row of it", p.title, p.what, p.world())
		}
		b.Write(row)
	}
	return b.String(), whole
}

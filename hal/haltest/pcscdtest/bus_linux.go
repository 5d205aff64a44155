package pcscdtest

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// readers is how many there are on a bus at most, as in driver/ifd.c.
const readers = 4

// dropDir is where pcscd looks for the drivers of USB readers.
const dropDir = "/usr/lib/pcsc/drivers"

//go:embed driver
var driver embed.FS

// A Bus is a USB bus with card readers that come and go, and the pcscd that finds
// them there. The readers are vpcd's; what plugs them in, and what ails them, is
// driver/udev.c and driver/ifd.c, which cc compiles.
type Bus struct {
	t       *testing.T
	dir     string
	service *service
	plugged []int
	swift   bool // pcscd knows of a card in milliseconds
}

// OnBus runs body as Within does, with a bus of its own that has the readers 0 to
// plugged-1 of four, and pcscd running.
func OnBus(t *testing.T, plugged int, body func(t *testing.T, b *Bus)) {
	t.Helper()
	within(t, func(t *testing.T) {
		b := build(t)
		for k := range plugged {
			b.plugged = append(b.plugged, k)
			write(t, b.reader(k), "")
		}
		b.StartService()
		body(t, b)
	})
}

// Swiftly runs body as Within does, with one reader that tells of its card at once, as
// those with an interrupt line do: for a test of thousands of cards.
func Swiftly(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	within(t, func(t *testing.T) {
		b := build(t)
		b.plugged, b.swift = []int{0}, true
		write(t, b.reader(0), "")
		b.StartService()
		body(t)
	})
}

// build makes the drivers, and the directories that they look at.
func build(t *testing.T) *Bus {
	t.Helper()
	b := &Bus{t: t, dir: t.TempDir()}
	source, err := fs.Sub(driver, "driver")
	if err != nil {
		t.Fatal(err)
	}
	library, err := os.ReadFile(vpcd(t))
	if err != nil {
		t.Fatal(err)
	}
	contents := filepath.Join(dropDir, "pcscdtest.bundle", "Contents")
	cover(t, dropDir)
	for _, dir := range []string{b.path("bus"), b.path("faults"), b.path("config"), filepath.Join(contents, "Linux")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(b.path("source"), source); err != nil {
		t.Fatal(err)
	}
	for k := range readers { // a vpcd knows one reader, so each has its own
		write(t, b.path(fmt.Sprintf("vpcd-%d.so", k)), string(library))
	}
	write(t, filepath.Join(contents, "Info.plist"), bundle())
	b.compile("udev.c", b.path("udev.so"))
	b.compile("ifd.c", filepath.Join(contents, "Linux", "ifd.so"))
	return b
}

func (b *Bus) compile(source, library string) {
	b.t.Helper()
	command(b.t, "cc", "-shared", "-fPIC", "-O1", "-Wall", "-I/usr/include/PCSC", "-o", library, filepath.Join(b.path("source"), source))
}

// bundle is the Info.plist of the driver: which USB devices it is for. pcscd wants
// each string on a line of its own.
func bundle() string {
	list := func(format func(k int) string) string {
		var b strings.Builder
		for k := range readers {
			fmt.Fprintf(&b, "<string>%s</string>\n", format(k))
		}
		return "<array>\n" + b.String() + "</array>"
	}
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key>
<string>ifd.so</string>
<key>CFBundleName</key>
<string>PCSCDTEST</string>
<key>ifdVendorID</key>
` + list(func(int) string { return "0x1209" }) + `
<key>ifdProductID</key>
` + list(func(k int) string { return fmt.Sprintf("0x%04X", k+1) }) + `
<key>ifdFriendlyName</key>
` + list(busName) + `
</dict></plist>
`
}

// busName is what the readers of a bus are called, before pcscd's numbers.
func busName(k int) string { return fmt.Sprintf("Virtual PCD %c", 'A'+k) }

func (b *Bus) path(name string) string         { return filepath.Join(b.dir, name) }
func (b *Bus) reader(k int) string             { return b.path(fmt.Sprintf("bus/reader-%d", k)) }
func (b *Bus) fault(k int, what string) string { return b.path(fmt.Sprintf("faults/%d.%s", k, what)) }

// Name is what PC/SC calls reader k; empty when it does not have it.
func (b *Bus) Name(k int) string {
	s, _ := state(k)
	return s.name()
}

// StartService starts pcscd, and returns when it takes clients and has its readers.
func (b *Bus) StartService() {
	b.t.Helper()
	for _, left := range []string{"pcscd.comm", "pcscd.pid"} { // by one that was killed
		_ = os.Remove(filepath.Join("/run/pcscd", left))
	}
	args := []string{"env", "LD_PRELOAD=" + b.path("udev.so"), "PCSCDTEST_BUS=" + b.path("bus"), "PCSCDTEST_FAULTS=" + b.path("faults"), "PCSCDTEST_VPCD=" + b.dir}
	if b.swift {
		args = append(args, "PCSCDTEST_SWIFT=yes")
	}
	b.service = start(b.t, append(args, "pcscd", "--foreground", "--config", b.path("config"))...).await(b.plugged...)
}

// KillService ends pcscd as a crash does. The cards in its readers are out of it.
func (b *Bus) KillService() { b.service.end(syscall.SIGKILL) }

// Plug plugs reader k in. It does not wait until pcscd knows, nor does Unplug.
func (b *Bus) Plug(k int) {
	b.t.Helper()
	b.plugged = append(b.plugged, k)
	write(b.t, b.reader(k), "")
}

// Unplug takes reader k away; what is in it leaves with it.
func (b *Bus) Unplug(k int) {
	b.t.Helper()
	b.plugged = slices.DeleteFunc(b.plugged, func(other int) bool { return other == k })
	b.remove(b.reader(k))
}

// AwaitReader returns when pcscd has reader k, and that takes cards.
func (b *Bus) AwaitReader(k int) {
	b.t.Helper()
	b.service.await(k)
}

// AwaitNoReader returns when pcscd has reader k no more.
func (b *Bus) AwaitNoReader(k int) {
	b.t.Helper()
	await(b.t, "pcscd has noticed that a reader is gone", func() bool {
		_, ok := state(k)
		return !ok
	})
}

// Fail has reader k answer nothing any more, not even whether there is a card;
// Mend ends that.
func (b *Bus) Fail(k int) { write(b.t, b.fault(k, "dead"), "") }

// Mend ends what Fail began.
func (b *Bus) Mend(k int) { b.remove(b.fault(k, "dead")) }

// Leave has the card in reader k leave while it is powered down, the next time that it
// is. pcscd has seen it go by then, and shows it as present again after that, for as
// long as nobody asks. Return has the reader see what is in it.
func (b *Bus) Leave(k int) { write(b.t, b.fault(k, "leaves"), "") }

// Return ends what Leave began.
func (b *Bus) Return(k int) { b.remove(b.fault(k, "leaves")) }

// ShortOnly has reader k break off at each APDU of extended length.
func (b *Bus) ShortOnly(k int) { write(b.t, b.fault(k, "short"), "") }

// Declare has reader k say its dwMaxAPDUDataSize. Without it, it says nothing.
func (b *Bus) Declare(k, size int) { write(b.t, b.fault(k, "properties"), fmt.Sprint(size)) }

func (b *Bus) remove(path string) {
	b.t.Helper()
	if err := os.Remove(path); err != nil {
		b.t.Fatal(err)
	}
}

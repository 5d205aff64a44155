package kerneltest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// KeyboardModules are what the machine of a Keyboard needs.
func KeyboardModules() []string { return []string{"uinput", "evdev"} }

// What uinput and evdev are asked, by linux/uinput.h and linux/input.h.
const (
	uiSetEvents = 0x40045564
	uiSetKey    = 0x40045565
	uiSetup     = 0x405C5503
	uiCreate    = 0x5501
	evGrab      = 0x40044590

	kindSync, kindKey = 0, 1
	lastKey           = 127
)

// Keys that are no letters, by linux/input-event-codes.h.
const (
	keyEnter, keyCtrl, keyShift, keySpace, keyDelete = 28, 29, 42, 57, 111
)

// inputEvent is what goes over an input device.
type inputEvent struct {
	Seconds, Micros int64
	Kind, Code      uint16
	Value           int32
}

// A Keyboard is an input device with the keys of a US keyboard: what a scanner is
// that types.
type Keyboard struct {
	t    testing.TB
	link string
	// Pause is what it waits after a key; it begins with a millisecond.
	Pause time.Duration

	file *os.File
	node string
}

// NewKeyboard makes a keyboard and plugs it in, until the test ends.
func NewKeyboard(t testing.TB) *Keyboard {
	t.Helper()
	k := &Keyboard{t: t, link: filepath.Join(t.TempDir(), "event-kbd"), Pause: time.Millisecond}
	k.Plug()
	t.Cleanup(k.Unplug)
	return k
}

// Link is a link to the input device, as udev makes in /dev/input/by-id. It leads
// nowhere while the keyboard is unplugged.
func (k *Keyboard) Link() string { return k.link }

// Plug plugs the keyboard in, and comes back when the kernel has it.
func (k *Keyboard) Plug() {
	k.t.Helper()
	before := inputs()
	file, err := newInput("Invented Bar Code Scanner")
	if err != nil {
		k.t.Fatal("plugging a keyboard in: ", err)
	}
	k.file = file
	if err := until("the kernel has the keyboard", func() bool {
		k.node = another(inputs(), before)
		return k.node != ""
	}); err != nil {
		k.t.Fatal(err)
	}
	if err := errors.Join(remove(k.link), os.Symlink(k.node, k.link)); err != nil {
		k.t.Fatal(err)
	}
}

// newInput makes an input device with all keys that keyboards have.
func newInput(name string) (*os.File, error) {
	file, err := os.OpenFile("/dev/uinput", os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	fd := int(file.Fd())
	err = unix.IoctlSetInt(fd, uiSetEvents, kindKey)
	for key := 1; key <= lastKey; key++ {
		err = errors.Join(err, unix.IoctlSetInt(fd, uiSetKey, key))
	}
	if err == nil {
		err = setUp(fd, name)
	}
	if err == nil {
		err = unix.IoctlSetInt(fd, uiCreate, 0)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// setUp says what the device is: struct uinput_setup.
func setUp(fd int, name string) error {
	setup := struct {
		Bus, Vendor, Product, Version uint16
		Name                          [80]byte
		Effects                       uint32
	}{Bus: busUSB, Vendor: 0x1209, Product: 0x0001}
	copy(setup.Name[:], name)
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uiSetup, uintptr(unsafe.Pointer(&setup))); e != 0 {
		return e
	}
	return nil
}

// Unplug pulls the keyboard out.
func (k *Keyboard) Unplug() {
	k.t.Helper()
	if k.file == nil {
		return
	}
	if err := errors.Join(remove(k.link), k.file.Close()); err != nil { // which destroys it
		k.t.Error("pulling a keyboard out: ", err)
	}
	k.file = nil
}

// Type types a text and Enter: control characters with Ctrl, and the Delete key for
// what a keyboard has not got. It comes back when the kernel has it all.
func (k *Keyboard) Type(text string) {
	k.t.Helper()
	for _, b := range []byte(text) {
		k.char(b)
	}
	k.Tap(keyEnter)
}

// The keys from 2 on, row by row; a space is a key that types nothing.
const (
	unshifted = "1234567890-=  qwertyuiop[]  asdfghjkl;'` \\zxcvbnm,./"
	shifted   = "!@#$%^&*()_+  QWERTYUIOP{}  ASDFGHJKL:\"~ |ZXCVBNM<>?"
)

func (k *Keyboard) char(b byte) {
	k.t.Helper()
	place := func(row string) uint16 { return uint16(strings.IndexByte(row, b) + 2) }
	switch {
	case b == ' ':
		k.Tap(keySpace)
	case strings.IndexByte(unshifted, b) >= 0:
		k.Tap(place(unshifted))
	case strings.IndexByte(shifted, b) >= 0:
		k.Tap(keyShift, place(shifted))
	case b < ' ':
		b |= 0x60
		k.Tap(keyCtrl, place(unshifted))
	default:
		k.Tap(keyDelete)
	}
}

// Tap presses keys one after the other and lets them go in the other order.
func (k *Keyboard) Tap(keys ...uint16) {
	k.t.Helper()
	for _, key := range keys {
		k.key(key, 1)
	}
	for i := range keys {
		k.key(keys[len(keys)-1-i], 0)
	}
	time.Sleep(k.Pause)
}

func (k *Keyboard) key(code uint16, value int32) {
	k.t.Helper()
	var b bytes.Buffer
	for _, e := range []inputEvent{{Kind: kindKey, Code: code, Value: value}, {Kind: kindSync}} {
		_ = binary.Write(&b, binary.NativeEndian, e) // to memory
	}
	if _, err := k.file.Write(b.Bytes()); err != nil {
		k.t.Error("typing: ", err)
	}
}

// AwaitGrab comes back when a program has the keyboard for itself. To find that out
// it tries to grab it.
func (k *Keyboard) AwaitGrab() {
	k.t.Helper()
	if err := until("somebody has grabbed the keyboard", func() bool {
		other := k.Listen()
		defer other.file.Close()
		return errors.Is(other.Grab(), unix.EBUSY)
	}); err != nil {
		k.t.Error(err)
	}
}

// An Ear is another program that reads the keyboard.
type Ear struct {
	t    testing.TB
	file *os.File
}

// Listen opens the keyboard as another program does, until the test ends.
func (k *Keyboard) Listen() *Ear {
	k.t.Helper()
	fd, err := unix.Open(k.node, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		k.t.Fatalf("opening %s: %v", k.node, err)
	}
	e := &Ear{k.t, os.NewFile(uintptr(fd), k.node)}
	k.t.Cleanup(func() { e.file.Close() })
	return e
}

// Grab takes the keyboard for this program alone, if nobody else has.
func (e *Ear) Grab() error { return e.grab(1) }

// Release lets others hear again.
func (e *Ear) Release() error { return e.grab(0) }

func (e *Ear) grab(on int) error {
	raw, err := e.file.SyscallConn()
	if err != nil {
		return err
	}
	controlled := raw.Control(func(fd uintptr) { err = unix.IoctlSetInt(int(fd), evGrab, on) })
	return errors.Join(controlled, err)
}

// Keys counts the presses that were heard since the last call.
func (e *Ear) Keys() (n int) {
	e.t.Helper()
	if err := e.file.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		e.t.Fatal(err)
	}
	for {
		var event inputEvent
		err := binary.Read(e.file, binary.NativeEndian, &event)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return n
		}
		if err != nil {
			e.t.Fatal("listening to a keyboard: ", err)
		}
		if event.Kind == kindKey && event.Value == 1 {
			n++
		}
	}
}

// inputs are the input devices that there are.
func inputs() []string {
	found, _ := filepath.Glob("/dev/input/event*")
	return found
}

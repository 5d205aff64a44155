//go:build e2e && linux

package scanner_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/kerneltest"
	"github.com/digital-watashi/kiosk/hal/scanner"
)

func TestE2EAScannerThatTypesOnARealKernel(t *testing.T) {
	kerneltest.Within(t, kerneltest.Machine{Modules: kerneltest.KeyboardModules()}, func(t *testing.T) {
		for _, scene := range []struct {
			name string
			play func(*testing.T, *kerneltest.Keyboard)
		}{
			{"it is a scanner", keyboardConforms},
			{"nobody else hears it", nobodyElseHears},
			{"another program has grabbed it", grabbedByAnother},
			{"it is pulled out in the middle of a code", pulledOut},
			{"it types faster than anybody reads", tooFast},
		} {
			t.Run(scene.name, func(t *testing.T) { scene.play(t, kerneltest.NewKeyboard(t)) })
		}
	})
}

func typed(t *testing.T, c scanner.Config) *scanner.Scanner {
	t.Helper()
	s, err := scanner.NewKeyboard(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keyboardConforms types when the keyboard is grabbed. What is typed before that
// goes to the console, as with any keyboard, and no code comes of it.
func keyboardConforms(t *testing.T, k *kerneltest.Keyboard) {
	haltest.TestScanner(t, haltest.ScannerFixture{
		Scanner: typed(t, scanner.Config{Path: k.Link()}),
		Scan: func(text string) {
			k.AwaitGrab()
			k.Type(text)
		},
		Unplug: k.Unplug, Plug: k.Plug,
	})
}

// reading serves a keyboard, until the test ends or the function it returns is
// called.
func reading(t *testing.T, k *kerneltest.Keyboard) (codes <-chan string, states <-chan hal.State, end func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	read, told, done := make(chan string, 100), make(chan hal.State, 100), make(chan struct{})
	s := typed(t, scanner.Config{Path: k.Link(), OnState: func(s hal.State) { told <- s }})
	go func() {
		defer close(done)
		if err := s.Serve(ctx, func(text []byte) { read <- string(text) }); !errors.Is(err, context.Canceled) {
			t.Errorf("Serve returned %v", err)
		}
	}()
	end = func() { stop(); <-done }
	t.Cleanup(end)
	return read, told, end
}

func wantNext[T comparable](t *testing.T, told <-chan T, want T) {
	t.Helper()
	select {
	case got := <-told:
		if got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("nothing is told, want %v", want)
	}
}

// nobodyElseHears has two others listen: a program that opens the device, and the
// kernel's own console, where a log-in would stand. They hear before and after, so
// it is the grab that keeps the key from them.
func nobodyElseHears(t *testing.T, k *kerneltest.Keyboard) {
	ear, console := k.Listen(), openConsole(t)
	hears := func(when string, want bool) {
		t.Helper()
		if keys, line := ear.Keys(), console(); (keys > 0) != want || strings.Contains(line, key) != want {
			t.Errorf("%s another program hears %d keys, the console %q", when, keys, line)
		}
	}
	_ = console() // what was typed before this scene
	k.Type(key)
	hears("before", true)
	codes, states, end := reading(t, k)
	wantNext(t, states, hal.Online)
	for range 3 {
		k.Type(key)
		wantNext(t, codes, key)
	}
	if err := ear.Grab(); !errors.Is(err, unix.EBUSY) {
		t.Errorf("another program's grab: %v, want %v", err, unix.EBUSY)
	}
	hears("while it is served", false)
	end()
	k.Type(key)
	hears("after", true)
}

// openConsole gives what was typed into the console since it was asked last.
func openConsole(t *testing.T) func() string {
	t.Helper()
	fd, err := unix.Open("/dev/tty1", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	console := os.NewFile(uintptr(fd), "/dev/tty1")
	t.Cleanup(func() { console.Close() })
	return func() (lines string) {
		line := make([]byte, 4096)
		for {
			n, err := unix.Read(fd, line) // which waits for nobody
			if n <= 0 || err != nil {
				return lines
			}
			lines += string(line[:n])
		}
	}
}

func grabbedByAnother(t *testing.T, k *kerneltest.Keyboard) {
	other := k.Listen()
	if err := other.Grab(); err != nil {
		t.Fatal(err)
	}
	codes, states, _ := reading(t, k)
	wantNext(t, states, hal.DeviceBusy)
	k.Type(key)
	if err := other.Release(); err != nil {
		t.Fatal(err)
	}
	wantNext(t, states, hal.Online)
	k.Type("7")
	wantNext(t, codes, "7")
}

// pulledOut leaves half a code behind, which must not become part of the next.
func pulledOut(t *testing.T, k *kerneltest.Keyboard) {
	codes, states, _ := reading(t, k)
	wantNext(t, states, hal.Online)
	k.Tap(2)
	k.Tap(3)
	k.Unplug()
	wantNext(t, states, hal.NoDevice)
	k.Plug()
	wantNext(t, states, hal.Online)
	k.Type(key)
	wantNext(t, codes, key)
}

// tooFast fills the kernel's queue, which then says that keys are missing. What is
// left of the code must not pass for one.
func tooFast(t *testing.T, k *kerneltest.Keyboard) {
	codes, states, _ := reading(t, k)
	wantNext(t, states, hal.Online)
	pause := k.Pause
	k.Pause = 0
	k.Type(strings.Repeat("1234567890", 12))
	k.Pause = pause
	time.Sleep(time.Second)
	k.Type(key)
	for whole := strings.Repeat("1234567890", 12); ; {
		select {
		case code := <-codes:
			if code == key {
				return
			}
			if code != whole { // on a fast machine it is all read
				t.Errorf("a code with keys missing was passed on: %q", code)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the next code is not read")
		}
	}
}

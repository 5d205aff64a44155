package scanner_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/scanner"
)

const key = "watashi:key:123456789095"

func TestALineIsCutIntoCodes(t *testing.T) {
	longest := strings.Repeat("x", hal.MaxScan)
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"CR":                       {"a\rb\r", []string{"a", "b"}},
		"LF":                       {"a\nb\n", []string{"a", "b"}},
		"CR and LF":                {"a\r\nb\r\n", []string{"a", "b"}},
		"no end":                   {"a", nil},
		"nothing but ends":         {"\r\n\n\r\r", nil},
		"as long as it may be":     {longest + "\r", []string{longest}},
		"one too long":             {longest + "x\rb\r", []string{"b"}},
		"much too long":            {strings.Repeat(longest, 9) + "\rb\r", []string{"b"}},
		"NUL":                      {"a\x00b\rc\r", []string{"c"}},
		"escape first":             {"\x1Ba\rc\r", []string{"c"}},
		"tab last":                 {"a\t\rc\r", []string{"c"}},
		"DEL":                      {"a\x7Fb\rc\r", []string{"c"}},
		"a control after too long": {longest + "x\x01\rb\r", []string{"b"}},
		"bytes of other scripts":   {"\xE7\xA7\x81\xFF\r", []string{"\xE7\xA7\x81\xFF"}},
		"space":                    {" \r", []string{" "}},
	} {
		if got := scanner.Lines([]byte(c.in)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q gave %q, want %q", name, c.in, got, c.want)
		}
	}
}

// A fakeLine gives what it is sent, and silence as a serial line does.
type fakeLine struct {
	sent   chan string
	gone   chan struct{}
	closed chan struct{}
	reads  atomic.Int32
}

func newFakeLine() *fakeLine {
	return &fakeLine{sent: make(chan string), gone: make(chan struct{}), closed: make(chan struct{})}
}

func (l *fakeLine) Read(b []byte) (int, error) {
	l.reads.Add(1)
	select {
	case s := <-l.sent:
		return copy(b, s), nil
	case <-l.gone:
		return 0, hal.ErrGone
	case <-time.After(200 * time.Millisecond):
		return 0, hal.ErrTimeout
	}
}

func (l *fakeLine) Write(b []byte) (int, error) { return len(b), nil }

func (l *fakeLine) Close() error {
	close(l.closed)
	return nil
}

// bench is a scanner that is served in a bubble, and all that it told.
type bench struct {
	codes    []string
	states   []hal.State
	troubles []string
	dials    atomic.Int32
	next     func() (scanner.Line, error)
}

var errStop = errors.New("closing time")

func serving(t *testing.T, b *bench) {
	t.Helper()
	s := scanner.New(func(context.Context) (scanner.Line, error) {
		b.dials.Add(1)
		return b.next()
	}, scanner.Config{
		OnState:   func(s hal.State) { b.states = append(b.states, s) },
		OnTrouble: func(err error) { b.troubles = append(b.troubles, err.Error()) },
	})
	ctx, stop := context.WithCancelCause(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, func(text []byte) { b.codes = append(b.codes, string(text)) }) }()
	t.Cleanup(func() {
		stop(errStop)
		if err := <-done; !errors.Is(err, errStop) {
			t.Errorf("Serve returned %v", err)
		}
	})
}

func TestHalfACodeIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := newFakeLine()
		b := &bench{next: func() (scanner.Line, error) { return line, nil }}
		serving(t, b)
		line.sent <- "12"
		time.Sleep(300 * time.Millisecond)
		line.sent <- "34\r"
		line.sent <- "stale"
		time.Sleep(600 * time.Millisecond)
		line.sent <- "fresh\r"
		line.sent <- strings.Repeat("x", 60)
		line.sent <- strings.Repeat("x", 60)
		line.sent <- strings.Repeat("x", 60) // too long, and never ended
		time.Sleep(600 * time.Millisecond)
		line.sent <- "good\r"
		synctest.Wait()
		if want := []string{"1234", "fresh", "good"}; !slices.Equal(b.codes, want) {
			t.Errorf("got %q, want %q", b.codes, want)
		}
	})
}

func TestAScannerThatGoesIsDialledAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newFakeLine(), newFakeLine()
		var plugged atomic.Bool
		b := &bench{next: func() (scanner.Line, error) { return first, nil }}
		serving(t, b)
		first.sent <- "half"
		b.next = func() (scanner.Line, error) {
			if plugged.Load() {
				return second, nil
			}
			return nil, hal.ErrGone
		}
		close(first.gone)
		<-first.closed
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := b.dials.Load(); n < 3600 || n > 3700 {
			t.Errorf("dialled %d times in an hour, want about once a second", n)
		}
		plugged.Store(true)
		time.Sleep(time.Second)
		synctest.Wait()
		if want := []hal.State{hal.Online, hal.NoDevice, hal.Online}; !slices.Equal(b.states, want) {
			t.Errorf("told %q, want %q", b.states, want)
		}
		second.sent <- " a code\r"
		synctest.Wait()
		if want := []string{" a code"}; !slices.Equal(b.codes, want) {
			t.Errorf("got %q, want %q: half a code of the old line must not live on", b.codes, want)
		}
	})
}

func TestWhatIsWrongIsToldInStates(t *testing.T) {
	for _, c := range []struct {
		err  error
		want hal.State
	}{
		{hal.ErrGone, hal.NoDevice},
		{hal.ErrBusy, hal.DeviceBusy},
		{hal.ErrUnavailable, hal.Offline},
		{hal.ErrTimeout, hal.Offline},
		{errors.New("permission denied"), hal.HardwareError},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := &bench{next: func() (scanner.Line, error) { return nil, c.err }}
			serving(t, b)
			time.Sleep(time.Minute)
			synctest.Wait()
			if !slices.Equal(b.states, []hal.State{c.want}) || !slices.Equal(b.troubles, []string{c.err.Error()}) {
				t.Errorf("%v: told %q and %q, want %q once", c.err, b.states, b.troubles, c.want)
			}
		})
	}
}

// A dead line that gives nothing and takes no time, as no port should be.
type deadLine struct{ *fakeLine }

func (l *deadLine) Read([]byte) (int, error) {
	l.reads.Add(1)
	return 0, nil
}

func TestALineThatGivesNothingDoesNotMakeItSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := &deadLine{newFakeLine()}
		serving(t, &bench{next: func() (scanner.Line, error) { return line, nil }})
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := line.reads.Load(); n > 6100 {
			t.Errorf("read %d times in a minute", n)
		}
	})
}

func TestNothingIsPassedOnAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := newFakeLine()
		s := scanner.New(func(context.Context) (scanner.Line, error) { return line, nil }, scanner.Config{})
		ctx, stop := context.WithCancelCause(t.Context())
		done, codes := make(chan error), 0
		go func() {
			done <- s.Serve(ctx, func([]byte) {
				codes++
				stop(errStop)
			})
		}()
		line.sent <- "one\rtwo\r"
		if err := <-done; !errors.Is(err, errStop) || codes != 1 {
			t.Errorf("Serve returned %v after %d codes, want one", err, codes)
		}
		<-line.closed
	})
}

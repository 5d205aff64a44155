//go:build e2e && linux && cgo

package terminal_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/hal/pcsc"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
)

// The sweep of card faults once more, over a real pcscd. What takes time there is
// waiting: the service looks for cards every 400 ms, and misses a swap that is
// faster. So several people sweep at the same time, each in a world of their own.
const sweepers = 8

// sweepCounts is the folder in which each sweeper leaves how many faults they swept.
const sweepCounts = "WATASHI_SWEEP_COUNTS"

func TestE2ESweepOfCardFaultsOverPCSC(t *testing.T) {
	folder, inside := os.LookupEnv(sweepCounts) // inside: this process is one of the sweepers
	if !inside {
		folder = t.TempDir()
		t.Setenv(sweepCounts, folder)
	}
	var all sync.WaitGroup
	for i := range sweepers { // t.Parallel would let no more sweep than there are processors
		all.Go(func() {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				pcscdtest.Within(t, func(t *testing.T) { sweepOverPCSC(t, i) })
			})
		})
	}
	all.Wait()
	if inside {
		return
	}
	if n := sweptBy(t, folder); n < 300 {
		t.Errorf("swept %d faults over pcscd, want at least 300", n)
	} else {
		t.Logf("swept %d faults over pcscd", n)
	}
}

// sweptBy adds up what all sweepers say.
func sweptBy(t *testing.T, folder string) (sum int) {
	t.Helper()
	for i := range sweepers {
		text, err := os.ReadFile(filepath.Join(folder, fmt.Sprint(i)))
		if err != nil {
			t.Errorf("sweeper %d has not come to the end: %v", i, err)
		}
		n, _ := strconv.Atoi(string(text))
		sum += n
	}
	return sum
}

// lanesOverPCSC are a reader that passes short APDUs only, and one that passes
// extended ones.
var lanesOverPCSC = []lane{
	{name: "short", photo: protocol.PhotoOff, options: []haltest.Option{haltest.ShortOnly()}},
	{name: "extended", photo: protocol.PhotoOff, extended: true},
	{name: "extended with photo", photo: protocol.PhotoRequired, extended: true},
}

// sweepOverPCSC sweeps every so-manieth fault.
func sweepOverPCSC(t *testing.T, sweeper int) {
	swept, next, ca := 0, 0, haltest.NewCAAt(epoch())
	for _, l := range lanesOverPCSC {
		l.ca = ca
		exchanges := l.exchangesOverPCSC(t)
		for _, kind := range faultKinds {
			if kind.virtualOnly {
				continue
			}
			for k := 1; k <= exchanges; k++ {
				if next++; next%sweepers != sweeper {
					continue
				}
				t.Run(fmt.Sprintf("%s, %s at %d", l.name, kind.name, k), func(t *testing.T) {
					l.visitOverPCSC(t, kind.back, kind.fault(k)).keepsPromisesOf(kind)
				})
				swept++
			}
		}
	}
	name := filepath.Join(os.Getenv(sweepCounts), fmt.Sprint(sweeper))
	if err := os.WriteFile(name, []byte(fmt.Sprint(swept)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// exchangesOverPCSC counts the commands of a registration in which nothing goes
// wrong.
func (l lane) exchangesOverPCSC(t *testing.T) (n int) {
	t.Run(l.name+", nothing goes wrong", func(t *testing.T) {
		v := l.visitOverPCSC(t, false)
		if !v.keepsPromises() {
			t.Fatalf("no registration though nothing went wrong: %v", v.ended())
		}
		n = len(v.card.Transcript()) / 2
		t.Logf("%d exchanges", n)
	})
	if n == 0 {
		t.Fatal("there is nothing to sweep")
	}
	return n
}

// visitOverPCSC is a whole registration at a terminal of its own, through the
// driver that ships, pcscd and the virtual reader.
func (l lane) visitOverPCSC(t *testing.T, back bool, faults ...haltest.Fault) *visitor {
	t.Helper()
	b := unstartedBench(t, l.ca, func(b *bench) {
		b.bundle.Photo = l.photo
		config := pcsc.Config{OnState: func(s hal.State) { b.terminal.ReaderState(s) }}
		if l.extended {
			config.MaxData = 65536
		}
		b.config.Reader = pcsc.New(config)
	})
	v := &visitor{bench: b, pass: b.letPass}
	v.run()
	t.Cleanup(func() {
		b.stop()
		if t.Failed() {
			t.Logf("the log:\n%s", b.log)
		}
	})
	b.card = b.person("midori", append(l.options, haltest.Broken(faults...))...)
	v.comes()
	if back {
		v.comes()
	}
	return v
}

// run starts the terminal, without the bubble that start wants.
func (v *visitor) run() {
	ctx, cancel := context.WithCancel(context.Background())
	v.terminal, v.cancel, v.stopped = terminal.New(v.config), cancel, make(chan struct{})
	go func() {
		defer close(v.stopped)
		v.terminal.Run(ctx)
	}()
}

// comes puts the card in, goes through with it, and takes the card out so long
// that pcscd notices.
func (v *visitor) comes() {
	v.t.Helper()
	// A card that comes before that is given back unread.
	v.awaits("welcome", func() bool { return v.screen().Screen == "welcome" })
	before := v.arrivals()
	ctx, remove := context.WithCancelCause(context.Background())
	defer remove(hal.ErrCardRemoved)
	served := make(chan error, 1)
	v.card.Insert()
	go func() { served <- haltest.ServeVPCD(ctx, pcscdtest.Addr, v.card) }()
	v.awaits("the card is attended", func() bool { return v.arrivals() > before })
	v.visit()
	v.awaits("the card has no power", func() bool { return !v.card.Powered() })
	remove(hal.ErrCardRemoved)
	if err := <-served; !errors.Is(err, hal.ErrCardRemoved) {
		v.t.Errorf("serving the virtual card: %v", err)
	}
	v.letPass(time.Second)
}

// arrivals counts the cards that were attended.
func (v *visitor) arrivals() (n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, s := range v.all {
		if s.Screen == "card-reading" && (i == 0 || v.all[i-1].Screen != "card-reading") {
			n++
		}
	}
	return n
}

// letPass lets real time pass, until there is something else on the screen.
func (b *bench) letPass(d time.Duration) {
	page := b.screen().Page
	deadline := time.NewTimer(max(d, 5*time.Millisecond))
	tick := time.NewTicker(2 * time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for b.screen().Page == page {
		select {
		case <-tick.C:
		case <-deadline.C:
			return
		}
	}
}

func (v *visitor) awaits(what string, so func() bool) {
	v.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !so(); v.letPass(0) {
		if time.Now().After(deadline) {
			v.t.Fatalf("waited in vain until %s; screen %s, so far %v", what, screenWord(v.screen()), v.ended())
		}
	}
}

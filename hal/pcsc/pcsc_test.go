//go:build cgo || windows

package pcsc_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/pcsc"
)

func TestCodesAreSortedIntoTheWordsOfHal(t *testing.T) {
	for code, want := range map[scard.Error]error{
		scard.ErrRemovedCard:        hal.ErrCardRemoved,
		scard.ErrNoSmartcard:        hal.ErrCardRemoved,
		scard.ErrUnknownReader:      hal.ErrGone,
		scard.ErrReaderUnavailable:  hal.ErrGone,
		scard.ErrNoReadersAvailable: hal.ErrGone,
		scard.ErrNoService:          hal.ErrUnavailable,
		scard.ErrServiceStopped:     hal.ErrUnavailable,
		scard.ErrCommError:          hal.ErrUnavailable,
		scard.ErrInvalidHandle:      hal.ErrUnavailable,
		scard.ErrSharingViolation:   hal.ErrBusy,
		scard.ErrUnresponsiveCard:   hal.ErrCardMute,
		scard.ErrUnpoweredCard:      hal.ErrCardMute,
		scard.ErrUnsupportedCard:    hal.ErrCardMute,
		scard.ErrProtoMismatch:      hal.ErrCardMute,
		scard.ErrNotTransacted:      hal.ErrGone,
		scard.ErrResetCard:          hal.ErrGone,
		scard.ErrCommDataLost:       hal.ErrGone,
		scard.ErrUnknownError:       hal.ErrGone,
	} {
		err := pcsc.Sorted(code)
		if !errors.Is(err, want) || !errors.Is(err, code) {
			t.Errorf("%v: got %v, want %v with the code kept", code, err, want)
		}
		for _, word := range []error{hal.ErrCardRemoved, hal.ErrGone, hal.ErrUnavailable, hal.ErrBusy, hal.ErrCardMute} {
			if errors.Is(err, word) != errors.Is(want, word) {
				t.Errorf("%v is %v as well", code, word)
			}
		}
	}
	if err := pcsc.Sorted(errors.New("unheard of")); !errors.Is(err, hal.ErrGone) {
		t.Errorf("another error: got %v, want %v", err, hal.ErrGone)
	}
}

func TestSlotAttendsEachInsertionOnce(t *testing.T) {
	const (
		empty   = scard.StateEmpty | scard.StateChanged
		present = scard.StatePresent | scard.StateChanged
		inUse   = present | scard.StateInuse | scard.StateExclusive
	)
	count := func(n int) scard.StateFlag { return scard.StateFlag(n) << 16 }
	type step struct {
		state         scard.StateFlag
		left, waiting bool
		attend        bool
	}
	for name, steps := range map[string][]step{
		"in and out": {
			{state: empty}, {state: present | count(1), waiting: true, attend: true}, {state: empty | count(2), left: true},
		},
		"there from the start": {{state: present | count(1), waiting: true, attend: true}},
		"in use is no new card": {
			{state: present | count(1), waiting: true, attend: true}, {state: inUse | count(1)},
			{state: present | scard.StateUnpowered | count(1)}, {state: present | count(1)},
		},
		"again": {
			{state: present | count(1), waiting: true, attend: true}, {state: empty | count(2), left: true},
			{state: present | count(3), waiting: true},
		},
		"quick swap shows in the counter alone": {
			{state: present | count(1), waiting: true, attend: true}, {state: present | count(3), left: true, waiting: true, attend: true},
			{state: present | count(3)},
		},
		"counter turns over": {
			{state: present | count(0xFFFF), waiting: true, attend: true}, {state: present | count(1), left: true, waiting: true},
		},
		"unplugged": {
			{state: present | count(1), waiting: true, attend: true}, {state: scard.StateUnknown | scard.StateUnavailable, left: true},
		},
		"not attended yet stays waiting": {
			{state: present | count(1), waiting: true}, {state: inUse | count(1), waiting: true, attend: true}, {state: present | count(1)},
		},
		"mute": {{state: present | scard.StateMute | count(1), waiting: true}},
	} {
		var slot pcsc.Slot
		for i, s := range steps {
			left, waiting := slot.See(s.state)
			if left != s.left || waiting != s.waiting {
				t.Errorf("%s, step %d: left %v, waiting %v, want %v, %v", name, i, left, waiting, s.left, s.waiting)
			}
			if s.attend {
				slot.Attend()
			}
		}
	}
}

func TestVirtualReadersAreKnownByName(t *testing.T) {
	for name, want := range map[string]bool{
		"Virtual PCD 00 00":                           true,
		"VMware Virtual USB CCID 00 00":               true,
		"vpcd 00 00":                                  true,
		"Microsoft Virtual Smart Card 0":              true,
		"Sony FeliCa Port/PaSoRi 4.0 00 00":           false,
		"NTT Communications SCR3310-NTTCom USB 00 00": false,
		"ACS ACR1252 Dual Reader [ACR1252] 00 00":     false,
		"": false,
	} {
		if got := pcsc.IsVirtual(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func TestMaxAPDUDataIsReadStrictly(t *testing.T) {
	for in, want := range map[string]int{ // 0: the reader does not say
		"":                              0,
		"0A0400000100":                  65536,
		"06010A" + "0A0400000100":       65536,
		"0B021234" + "0A0400000100":     65536,
		"0A0400010000":                  256,
		"0A04E8030000":                  1000,
		"0A04FFFFFFFF":                  65536,
		"0A03000001":                    0,
		"0A0400":                        0,
		"0A":                            0,
		"06FF0A0400000100":              0,
		"0A0400000000" + "0A04E8030000": 0,
	} {
		b, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := pcsc.MaxAPDUData(b); got != want || ok && !strings.Contains(in, "0A04") {
			t.Errorf("%s: got %d, want %d", in, got, want)
		}
	}
}

func FuzzMaxAPDUData(f *testing.F) {
	f.Add([]byte{0x0A, 4, 0, 0, 1, 0})
	f.Add([]byte{0x06, 0xFF})
	f.Fuzz(func(t *testing.T, in []byte) {
		if got, ok := pcsc.MaxAPDUData(in); got < 0 || got > 65536 || !ok && got != 0 {
			t.Errorf("got %d, %v", got, ok)
		}
	})
}

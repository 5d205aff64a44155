//go:build cgo || windows

package pcsc_test

import (
	"encoding/hex"
	"errors"
	"reflect"
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
		scard.ErrSecurityViolation:  hal.ErrUnavailable,
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

// Cards come (+) and go (-) in readers A, B and C. What is attended after that stands
// behind; a visit ends at once.
func TestOneCardIsAttendedAndSeveralAreTold(t *testing.T) {
	for name, c := range map[string]struct{ events, want string }{
		"one":                             {"+A", "A"},
		"one after another":               {"+A | -A | +B", "A||B"},
		"two at once, one leaves":         {"+A +B | -A", "AB|B"},
		"three at once, and one by one":   {"+A +B +C | -B | -A", "ABC|AC|C"},
		"two at once, both leave":         {"+A +B | -A -B | +A", "AB||A"},
		"one stays, another comes":        {"+A | +B", "A|AB"},
		"one stays, another comes, goes":  {"+A | +B | -B", "A|AB|"},
		"one stays, another outstays it":  {"+A | +B | -A", "A|AB|B"},
		"two at once, and a third":        {"+A +B | +C | -C", "AB|ABC|AB"},
		"two at once, one is swapped":     {"+A +B | -A +A", "AB|AB"},
		"nothing happens":                 {"+A | | ", "A||"},
		"two at once, and nothing then":   {"+A +B | |", "AB||"},
		"one leaves unseen by the others": {"+A +B | -A -B +B | -B", "AB|B|"},
	} {
		var all pcsc.Slots
		var got []string
		for step := range strings.SplitSeq(c.events, "|") {
			for event := range strings.FieldsSeq(step) {
				all.Put(event[1:], event[0] == '+')
			}
			got = append(got, strings.Join(all.Next(), ""))
		}
		if got := strings.Join(got, "|"); got != c.want {
			t.Errorf("%s: attended %s, want %s", name, got, c.want)
		}
	}
}

// A card that lies there since its visit ended is told apart from the one that came
// beside it, and of two at once the first that leaves ends the stay of both.
func TestEachStayEndsWhenItsOwnCardLeaves(t *testing.T) {
	for name, c := range map[string]struct {
		events             string
		first, both, third bool
	}{
		"nobody leaves":    {"+A +B", false, false, false},
		"the second":       {"+A +B -B", false, true, false},
		"the first":        {"+A +B -A", true, true, false},
		"another card":     {"+A +B +C -C", false, false, true},
		"all, in any turn": {"+A +B +C -C -A -B", true, true, true},
	} {
		var all pcsc.Slots
		for _, slot := range []string{"A", "B", "C"} {
			all.Put(slot, false)
		}
		first, both, third := all.Stay("A"), all.Stay("A", "B"), all.Stay("C")
		for event := range strings.FieldsSeq(c.events) {
			all.Put(event[1:], event[0] == '+')
		}
		got := [3]bool{over(first), over(both), over(third)}
		if want := [3]bool{c.first, c.both, c.third}; got != want {
			t.Errorf("%s: stays that ended are %v, want %v", name, got, want)
		}
	}
}

func over(left <-chan struct{}) bool {
	select {
	case <-left:
		return true
	default:
		return false
	}
}

func TestDeviceIsAsGoodAsItsBestReader(t *testing.T) {
	const gone = scard.StateUnavailable | scard.StateUnknown
	for want, states := range map[hal.State][][]scard.StateFlag{
		hal.NoDevice:      {{}},
		hal.Online:        {{scard.StateEmpty}, {scard.StatePresent}, {gone, scard.StateEmpty}, {scard.StatePresent | scard.StateMute}},
		hal.HardwareError: {{gone}, {scard.StateUnavailable, scard.StateUnknown}, {scard.StateIgnore}},
	} {
		for _, s := range states {
			if got := pcsc.Device(s); got != want {
				t.Errorf("%X: got %s, want %s", s, got, want)
			}
		}
	}
}

func TestReaderLearnsWhatItPassesFromExtendedAnswersAlone(t *testing.T) {
	for name, c := range map[string]struct {
		command, answer string
		proven          bool
		want            int
		wantProven      bool
	}{
		"passed":                       {"00B08200000FFF", "30829000", false, 65536, true},
		"passed, the file ends":        {"00B08200000FFF", "30826282", false, 65536, true},
		"refused":                      {"00B08200000FFF", "6700", false, 256, false},
		"refused, but passed before":   {"00B08200000FFF", "6700", true, 65536, true},
		"refused, and was no READ":     {"002A008000000100", "6700", false, 65536, false},
		"the card says something else": {"00B08200000FFF", "6982", false, 65536, false},
	} {
		most, proven := pcsc.After(c.proven, unhex(t, c.command), unhex(t, c.answer))
		if most != c.want || proven != c.wantProven {
			t.Errorf("%s: %d, proven %v, want %d, %v", name, most, proven, c.want, c.wantProven)
		}
	}
}

func TestExtendedCommandsAreToldByTheirLengthFields(t *testing.T) {
	for command, want := range map[string]bool{
		"00A40400":                    false, // case 1
		"00B0000000":                  false, // case 2, Le of 256
		"00A4020C02001B":              false, // case 3
		"0020008000":                  false,
		"00A404000100" + "00":         false, // case 4
		"00B00000000000":              true,  // case 2E
		"00A4020C000002001B":          true,  // case 3E
		"00A4020C000002001B" + "0000": true,  // case 4E
	} {
		if got := pcsc.IsExtended(unhex(t, command)); got != want {
			t.Errorf("%s: got %v, want %v", command, got, want)
		}
	}
}

func TestInfoTellsWhatTheFlagsSay(t *testing.T) {
	atr := []byte{0x3B, 0xE0}
	for name, c := range map[string]struct {
		flags scard.StateFlag
		atr   []byte
		want  pcsc.Info
	}{
		"empty":           {scard.StateEmpty, nil, pcsc.Info{}},
		"present":         {scard.StatePresent | 3<<16, atr, pcsc.Info{Present: true, ATR: atr}},
		"held alone":      {scard.StatePresent | scard.StateExclusive, atr, pcsc.Info{Present: true, Busy: true, ATR: atr}},
		"held by several": {scard.StatePresent | scard.StateInuse, atr, pcsc.Info{Present: true, Busy: true, ATR: atr}},
		"mute":            {scard.StatePresent | scard.StateMute, atr, pcsc.Info{Present: true, Mute: true}},
		"no ATR":          {scard.StatePresent, nil, pcsc.Info{Present: true, Mute: true}},
		"noise for ATR":   {scard.StatePresent, []byte{0xFF, 0xFF}, pcsc.Info{Present: true, Mute: true}},
		"gone":            {scard.StateUnavailable | scard.StateUnknown, nil, pcsc.Info{}},
	} {
		c.want.Name = "a reader"
		if got := pcsc.InfoOf("a reader", scard.ReaderState{EventState: c.flags, Atr: c.atr}); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
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

package scanner

import "slices"

// The numbers of Linux's input-event-codes.h that matter here. They stand here
// as well as in the package that reads the device, since the decoder is the same
// everywhere.
const (
	evSyn = 0x00
	evKey = 0x01

	synDropped = 3 // the kernel's queue was full: keys are missing

	keyEnter, keyKPEnter, keyTab = 28, 96, 15
	keyLeftShift, keyRightShift  = 42, 54
	keyLeftCtrl, keyRightCtrl    = 29, 97
	keyLeftAlt, keyRightAlt      = 56, 100
	keyLeftMeta, keyRightMeta    = 125, 126
	keySpace                     = 57

	released, pressed = 0, 1
)

// An event is one event of an input device: a key goes down or up.
type event struct {
	kind, code uint16
	value      int32
}

// keyCode reads codes that are typed on a keyboard with the US layout, each ended
// by Enter or Tab. A code is dropped whole when a key is pressed that types nothing
// there, or any key together with Ctrl, Alt or Meta: that is a command for a
// computer and no registration key.
type keyCode struct {
	code
	down modifiers
}

// modifiers are the keys that only change what others mean, a bit for each that is
// down.
type modifiers uint8

const (
	shifts   modifiers = 1<<2 - 1
	commands           = ^shifts
)

// modifier is the bit of a key; 0 is another key.
func modifier(code uint16) modifiers {
	i := slices.Index([]uint16{
		keyLeftShift, keyRightShift, keyLeftCtrl, keyRightCtrl, keyLeftAlt, keyRightAlt, keyLeftMeta, keyRightMeta,
	}, code)
	if i < 0 {
		return 0
	}
	return 1 << i
}

func (k *keyCode) take(e event, pass func([]byte)) {
	switch {
	case e.kind == evSyn && e.code == synDropped:
		k.spoil()
		k.down = 0 // who knows
	case e.kind != evKey:
	case modifier(e.code) != 0:
		k.modify(modifier(e.code), e.value != released)
	case e.value == pressed: // a repeat is no press
		k.press(e.code, pass)
	}
}

func (k *keyCode) modify(m modifiers, down bool) {
	k.down &^= m
	if down {
		k.down |= m
	}
	if k.down&commands != 0 {
		k.spoil()
	}
}

func (k *keyCode) press(code uint16, pass func([]byte)) {
	b := typed(code, k.down&shifts != 0)
	if k.down&commands != 0 || b == 0 && !ends(code) {
		k.spoil()
	}
	if ends(code) {
		k.end(pass)
	} else {
		k.add(b)
	}
}

func ends(code uint16) bool { return code == keyEnter || code == keyKPEnter || code == keyTab }

// row is a run of keys with numbers that follow each other, and what they type
// without and with shift. A space types nothing there.
type row struct {
	first          uint16
	plain, shifted string
}

// typed is what a key types in the US layout; 0 is nothing.
func typed(code uint16, shift bool) byte {
	if code == keySpace {
		return ' '
	}
	for _, r := range [...]row{
		{2, "1234567890-=", "!@#$%^&*()_+"},
		{16, "qwertyuiop[]", "QWERTYUIOP{}"},
		{30, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
		{43, `\zxcvbnm,./`, "|ZXCVBNM<>?"},
		{71, "789-456+1230.", "789-456+1230."}, // the keypad
		{55, "*", "*"},
		{98, "/", "/"},
	} {
		if i := int(code) - int(r.first); i >= 0 && i < len(r.plain) {
			if shift {
				return r.shifted[i]
			}
			return r.plain[i]
		}
	}
	return 0
}

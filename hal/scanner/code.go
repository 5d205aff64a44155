package scanner

import "github.com/digital-watashi/kiosk/hal"

// A code is what was read of one bar code so far. The zero value is nothing.
type code struct {
	text [hal.MaxScan]byte
	n    int
	bad  bool // to be dropped, with all that follows up to its end
}

// add takes one more byte in.
func (c *code) add(b byte) {
	if c.bad || c.n == len(c.text) || b < ' ' || b == 0x7F {
		c.spoil()
		return
	}
	c.text[c.n] = b
	c.n++
}

// spoil drops the code, up to its end.
func (c *code) spoil() {
	c.forget()
	c.bad = true
}

// end passes the code on, unless it is spoilt or empty, and starts anew.
func (c *code) end(pass func([]byte)) {
	defer c.forget()
	if !c.bad && c.n > 0 {
		pass(c.text[:c.n:c.n])
	}
}

// forget starts anew. The whole buffer is wiped, as whoever was passed a code may
// have written into it.
func (c *code) forget() { *c = code{} }

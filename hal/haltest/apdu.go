package haltest

// A command is one command APDU, taken apart (ISO/IEC 7816-3, 12.1).
type command struct {
	cla, ins, p1, p2 byte
	data             []byte
	le               int  // the number of bytes asked for; absent is -1
	extended         bool // lengths of three bytes
}

const absent = -1

// parseCommand takes the seven cases apart. It is false when the lengths do not
// add up.
func parseCommand(b []byte) (command, bool) {
	if len(b) < 4 {
		return command{}, false
	}
	c := command{cla: b[0], ins: b[1], p1: b[2], p2: b[3], le: absent}
	body := b[4:]
	switch {
	case len(body) == 0: // case 1
		return c, true
	case len(body) == 1: // case 2S
		c.le = shortLe(body[0])
		return c, true
	case body[0] == 0:
		return c.parseExtended(body[1:])
	}
	return c.parseShort(body)
}

func (c command) parseShort(body []byte) (command, bool) {
	lc, rest := int(body[0]), body[1:]
	switch len(rest) - lc {
	case 0: // case 3S
		c.data = rest
		return c, true
	case 1: // case 4S
		c.data, c.le = rest[:lc], shortLe(rest[lc])
		return c, true
	}
	return command{}, false
}

func (c command) parseExtended(body []byte) (command, bool) {
	c.extended = true
	if len(body) < 2 {
		return command{}, false
	}
	n, rest := int(body[0])<<8|int(body[1]), body[2:]
	if len(rest) == 0 { // case 2E
		c.le = extendedLe(n)
		return c, true
	}
	switch {
	case n == 0:
		return command{}, false
	case len(rest) == n: // case 3E
		c.data = rest
		return c, true
	case len(rest) == n+2: // case 4E
		c.data, c.le = rest[:n], extendedLe(int(rest[n])<<8|int(rest[n+1]))
		return c, true
	}
	return command{}, false
}

func shortLe(b byte) int {
	if b == 0 {
		return 256
	}
	return int(b)
}

func extendedLe(n int) int {
	if n == 0 {
		return 65536
	}
	return n
}

// The status words that a My Number card gives.
const (
	swOK              = 0x9000
	swEndOfFile       = 0x6282
	swUncounted       = 0x6300
	swWrong           = 0x63C0 // the low nibble counts the tries left
	swLength          = 0x6700
	swNoKeyDelivery   = 0x66F1
	swChannel         = 0x6881
	swSecureMessaging = 0x6882
	swFileType        = 0x6981
	swNotVerified     = 0x6982
	swMethodBlocked   = 0x6983
	swBlocked         = 0x6984
	swConditions      = 0x6985
	swNothingSelected = 0x6986
	swNoSession       = 0x69FC
	swData            = 0x6A80
	swNotFound        = 0x6A82
	swP1P2            = 0x6A86
	swLcP1P2          = 0x6A87
	swNoReference     = 0x6A88
	swOffset          = 0x6B00
	swIns             = 0x6D00
	swCla             = 0x6E00
	swNoDiagnosis     = 0x6F00
)

package haltest

import (
	"crypto/rand"
	"fmt"
)

// The class byte of interindustry commands (ISO/IEC 7816-4, 5.4.1), and the
// proprietary one of the signing commands.
const (
	claISO         = 0x00
	claProprietary = 0x80
	claChannel     = 0x03
	claSecure      = 0x0C
)

// execute carries out one command and says data and status word.
func (c *Card) execute(raw []byte) ([]byte, uint16) {
	cmd, ok := parseCommand(raw)
	if !ok || cmd.extended && c.habits.shortOnly {
		return nil, swLength
	}
	if sw := c.class(cmd); sw != swOK {
		return nil, sw
	}
	if cmd.ins == 0xC0 {
		return c.getResponseData(cmd)
	}
	c.kept = nil
	data, sw := c.dispatch(cmd)
	return c.hold(cmd, data, sw)
}

// class refuses logical channels, secure messaging and classes that are not ours.
func (c *Card) class(cmd command) uint16 {
	if cmd.cla == claProprietary || cmd.cla == claISO {
		return swOK
	}
	if cmd.cla&0xE0 != 0 && cmd.cla&0xC0 != 0x40 && cmd.cla&0xF0 != claProprietary {
		return swCla
	}
	if cmd.cla&0xC0 == 0x40 || cmd.cla&claChannel != 0 {
		return swChannel
	}
	if cmd.cla&claSecure == 0 {
		return swCla
	}
	if cmd.ins == 0xA4 {
		return swSecureMessaging
	}
	return swNoSession
}

func (c *Card) dispatch(cmd command) ([]byte, uint16) {
	if cmd.cla == claProprietary {
		return c.proprietary(cmd)
	}
	switch cmd.ins {
	case 0xA4:
		return c.selectFile(cmd)
	case 0xB0:
		return c.readBinary(cmd)
	case 0x20:
		return nil, c.verify(cmd)
	case 0x24:
		return nil, c.changeReference(cmd)
	case 0x84:
		return getChallenge(cmd)
	case 0x88:
		return nil, swNotVerified
	case 0xCA:
		return nil, swNoReference
	case 0xB2:
		return nil, c.noRecords()
	}
	return nil, swIns
}

func (c *Card) proprietary(cmd command) ([]byte, uint16) {
	switch {
	case cmd.ins == 0x2A:
		return c.sign(cmd)
	case cmd.ins == 0xAE && c.app == nil, cmd.ins == 0xA2 && c.app == nil:
		return nil, swNothingSelected
	case cmd.ins == 0xAE:
		return nil, c.app.swKeyDelivery
	case cmd.ins == 0xA2:
		return nil, swConditions
	}
	return nil, swIns
}

// selectFile is SELECT. P2 0C asks for no data, and no data comes from the cards
// that were seen.
func (c *Card) selectFile(cmd command) ([]byte, uint16) {
	sw := c.selects(cmd)
	if sw != swOK || !c.habits.fci {
		return nil, sw
	}
	return c.controlInformation(), swOK
}

// selects an application by P1 04, an elementary file by P1 02. P1 00 with nothing
// behind it answers once an application is current, and changes nothing; there is
// no MF.
func (c *Card) selects(cmd command) uint16 {
	switch {
	case cmd.p1 == 0x04:
		return c.selectApplication(cmd)
	case cmd.p1 == 0x02:
		return c.selectElementary(cmd)
	case cmd.p1 == 0 && len(cmd.data) > 0:
		return swNotFound
	case cmd.p1 == 0 && c.app != nil:
		return swOK
	}
	return swP1P2
}

// shortestPrefix is the registered provider identifier: five bytes.
const shortestPrefix = 5

func (c *Card) selectApplication(cmd command) uint16 {
	for _, app := range c.applications {
		n := len(cmd.data)
		if n < shortestPrefix || n > len(app.aid) || string(app.aid[:n]) != string(cmd.data) {
			continue
		}
		if cmd.p2 != 0x0C {
			return swP1P2
		}
		if c.habits.forgetful && c.app != app {
			c.unverify()
		}
		c.app, c.file, c.fileID = app, nil, 0
		return swOK
	}
	return swNotFound
}

func (c *Card) selectElementary(cmd command) uint16 {
	switch {
	case c.app == nil:
		return swNothingSelected
	case cmd.p2 != 0x0C:
		return swP1P2
	case len(cmd.data) != 2:
		return swLcP1P2
	}
	return c.enter(uint16(cmd.data[0])<<8|uint16(cmd.data[1]), "SELECT")
}

// enter makes a file current, and notes a touch of what is forbidden.
func (c *Card) enter(id uint16, by string) uint16 {
	f, ok := c.app.files[id]
	if !ok {
		return swNotFound
	}
	c.file, c.fileID = f, id
	if by == "SELECT" {
		c.note(by)
	}
	return swOK
}

// note writes down a touch if the current file is forbidden.
func (c *Card) note(by string) {
	if c.file.forbidden != "" {
		c.touched = append(c.touched, fmt.Sprintf("%s %s %04X: %s", by, c.app.name, c.fileID, c.file.forbidden))
	}
}

// target makes the file current that P names: 80|SFI, or 80 for the one that
// already is.
func (c *Card) target(ins, p byte, by string) uint16 {
	switch {
	case c.app == nil:
		return swNothingSelected
	case p != 0x80 && c.habits.noShortID:
		return noReference(ins)
	case p&0xE0 != 0x80:
		return swP1P2
	case p == 0x80 && c.file == nil:
		return swNothingSelected
	}
	if p != 0x80 {
		if sw := c.enter(uint16(p&0x1F), by); sw != swOK {
			return sw
		}
	}
	c.note(by)
	return swOK
}

// readBinary is READ BINARY: a 15-bit offset in the current file, or an SFI and an
// offset of 8 bits.
func (c *Card) readBinary(cmd command) ([]byte, uint16) {
	if cmd.le == absent || len(cmd.data) > 0 {
		return nil, swLength
	}
	p, at := byte(0x80), int(cmd.p1)<<8|int(cmd.p2)
	if cmd.p1&0x80 != 0 {
		p, at = cmd.p1, int(cmd.p2)
		if p&0x1F == 0 {
			return nil, swP1P2
		}
	}
	if sw := c.target(cmd.ins, p, "READ"); sw != swOK {
		return nil, sw
	}
	data, sw := c.file.read(at, cmd.le)
	return data, c.habits.readHabit(cmd, data, sw)
}

// read stops at the end of the file and gives what there is.
func (f *file) read(at, n int) ([]byte, uint16) {
	switch {
	case f.kind != transparent:
		return nil, swFileType
	case !f.open():
		return nil, swNotVerified
	case at >= len(f.data):
		return nil, swOffset
	}
	return f.data[at:min(at+n, len(f.data))], swOK
}

// longestPIN is the longest value that a reference takes.
const longestPIN = 16

// verify is VERIFY; without data it asks for the tries left.
func (c *Card) verify(cmd command) uint16 {
	if cmd.p1 != 0 {
		return swP1P2
	}
	if sw := c.reference(cmd, "VERIFY"); sw != swOK {
		return sw
	}
	switch n := len(cmd.data); {
	case n == 0 && c.habits.queryWithLe && cmd.le == absent, n > longestPIN:
		return swLength
	case n == 0:
		return c.habits.verifyHabit(cmd, c.file.pin.query())
	}
	return c.habits.verifyHabit(cmd, c.file.pin.verify(cmd.data))
}

// changeReference is CHANGE REFERENCE DATA, P1 01: the new value alone.
func (c *Card) changeReference(cmd command) uint16 {
	if cmd.p1 != 1 {
		return swP1P2
	}
	if sw := c.reference(cmd, "CHANGE REFERENCE DATA"); sw != swOK {
		return sw
	}
	if n := len(cmd.data); n == 0 || n > longestPIN {
		return swLength
	}
	return c.file.pin.change(cmd.data)
}

// reference makes the named reference current.
func (c *Card) reference(cmd command, by string) uint16 {
	if sw := c.target(cmd.ins, cmd.p2, by); sw != swOK {
		return sw
	}
	if c.file.kind != reference {
		return swFileType
	}
	return swOK
}

// sign is PERFORM SECURITY OPERATION, COMPUTE DIGITAL SIGNATURE. P2 00 is the key
// for internal authentication, which wants no PIN.
func (c *Card) sign(cmd command) ([]byte, uint16) {
	if c.app == nil {
		return nil, swNothingSelected
	}
	if sw := c.signingFile(cmd.p2); sw != swOK {
		return nil, sw
	}
	switch {
	case c.file.kind != private:
		return nil, swFileType
	case cmd.le == absent:
		return nil, swLength
	case !c.file.open():
		return nil, swNotVerified
	}
	signature, sw := c.file.compute(cmd.p1, cmd.data)
	if len(signature) > cmd.le {
		return nil, swLength
	}
	return signature, sw
}

// signingFile makes the key current that P2 names.
func (c *Card) signingFile(p2 byte) uint16 {
	if p2 == 0 && c.app.authKey != 0 {
		sw := c.enter(c.app.authKey, "SIGN")
		c.note("SIGN")
		return sw
	}
	return c.target(0x2A, p2, "SIGN")
}

// getChallenge gives 1 to 256 random bytes, at any level.
func getChallenge(cmd command) ([]byte, uint16) {
	switch {
	case cmd.p1 != 0 || cmd.p2 != 0:
		return nil, swP1P2
	case cmd.extended:
		return nil, swConditions
	case cmd.le == absent || len(cmd.data) > 0:
		return nil, swLength
	}
	out := make([]byte, cmd.le)
	_, _ = rand.Read(out) // never fails
	return out, swOK
}

// noRecords refuses READ RECORD: every file here is transparent.
func (c *Card) noRecords() uint16 {
	if c.app == nil || c.file == nil {
		return swNothingSelected
	}
	return swFileType
}

// hold keeps data back when the card was made to: a READ that asks for more than
// there is gets 6Cxx, anything else 61xx and waits for GET RESPONSE.
func (c *Card) hold(cmd command, data []byte, sw uint16) ([]byte, uint16) {
	if !c.habits.getResponse || sw != swOK || len(data) == 0 || cmd.extended {
		return data, sw
	}
	if cmd.ins == 0xB0 && cmd.le > len(data) {
		return nil, 0x6C00 | uint16(len(data)&0xFF)
	}
	if len(cmd.data) == 0 {
		return data, sw
	}
	c.kept = data
	return nil, 0x6100 | uint16(len(data)&0xFF)
}

// getResponseData fetches what was kept, in pieces if need be.
func (c *Card) getResponseData(cmd command) ([]byte, uint16) {
	switch {
	case cmd.p1 != 0 || cmd.p2 != 0:
		return nil, swP1P2
	case cmd.le == absent || len(cmd.data) > 0:
		return nil, swLength
	case len(c.kept) == 0:
		return nil, swConditions
	}
	n := min(cmd.le, len(c.kept))
	data := c.kept[:n]
	c.kept = c.kept[n:]
	if left := len(c.kept); left > 0 {
		return data, 0x6100 | uint16(min(left, 256)&0xFF)
	}
	return data, swOK
}

package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// established is the state of a TCP connection in /proc/net/tcp (proc(5)).
const established = "01"

// reaches reports whether a table as /proc/net/tcp has an established connection to an
// address of IPv4 and a port.
func reaches(table []byte, address string) bool {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().Is4() {
		return false
	}
	want := inTable(at)
	for line := range bytes.Lines(table) {
		fields := strings.Fields(string(line)) // sl local_address rem_address st ...
		if len(fields) > 3 && fields[2] == want && fields[3] == established {
			return true
		}
	}
	return false
}

// inTable is an address as the table has it: four bytes as the machine's own order of a
// number has them, which is little-endian wherever this runs, and the port as a number.
func inTable(at netip.AddrPort) string {
	b := at.Addr().As4()
	slices.Reverse(b[:])
	return strings.ToUpper(hex.EncodeToString(b[:])) + fmt.Sprintf(":%04X", at.Port())
}

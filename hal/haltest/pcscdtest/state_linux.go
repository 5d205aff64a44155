package pcscdtest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// What pcscd publishes of its readers, asked over its own socket: a PC/SC library
// would need cgo, and every tool connects to the card it looks at. winscard_msg.h
// and eventhandler.h of pcsc-lite 1.9, in the byte order of the machine.
const (
	socket          = "/run/pcscd/pcscd.comm"
	commandVersion  = 0x11
	commandStates   = 0x12
	protocolMajor   = 4
	protocolMinor   = 4
	readerContexts  = 16
	readerPresent   = 0x0004
	readerNameBytes = 128
)

// readerState is pubReaderStatesList.
type readerState struct {
	Name      [readerNameBytes]byte
	Events    uint32
	State     uint32
	Sharing   int32
	ATR       [33]byte
	_         [3]byte
	ATRLength uint32
	Protocol  uint32
}

func (s readerState) name() string {
	name, _, _ := bytes.Cut(s.Name[:], []byte{0})
	return string(name)
}

// present is told early by an exchange that found no card; that pcscd has seen the
// card go, and would see another come, is only told by the count of events. A card that
// left while it was powered down stays present for pcscd 1.9 until the next one comes.
func (s readerState) present() bool { return s.State&readerPresent != 0 }

// readerStates asks pcscd for all its readers.
func readerStates() ([]readerState, error) {
	conn, err := net.DialTimeout("unix", socket, patience)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	version := struct{ Major, Minor, Result uint32 }{Major: protocolMajor, Minor: protocolMinor}
	if err := ask(conn, commandVersion, &version, &version); err != nil {
		return nil, err
	}
	if version.Major != protocolMajor {
		return nil, fmt.Errorf("pcscd speaks version %d.%d", version.Major, version.Minor)
	}
	var all [readerContexts]readerState
	if err := ask(conn, commandStates, nil, &all); err != nil {
		return nil, err
	}
	var states []readerState
	for _, s := range all {
		if s.name() != "" {
			states = append(states, s)
		}
	}
	return states, nil
}

// ask sends a command with its body, after a header of length and number.
func ask(conn io.ReadWriter, command uint32, body, answer any) error {
	var b bytes.Buffer
	header := struct{ Length, Command uint32 }{Command: command}
	if body != nil {
		header.Length = uint32(binary.Size(body))
	}
	if err := binary.Write(&b, binary.NativeEndian, header); err != nil {
		return err
	}
	if body != nil {
		if err := binary.Write(&b, binary.NativeEndian, body); err != nil {
			return err
		}
	}
	if _, err := conn.Write(b.Bytes()); err != nil {
		return err
	}
	return binary.Read(conn, binary.NativeEndian, answer)
}

// find is the reader whose name holds that.
func find(states []readerState, name string) (readerState, bool) {
	for _, s := range states {
		if strings.Contains(s.name(), name) {
			return s, true
		}
	}
	return readerState{}, false
}

// await looks until something is so. What it waits for, nobody tells.
func await(t testing.TB, what string, so func() bool) {
	t.Helper()
	tick, late := time.NewTicker(10*time.Millisecond), time.NewTimer(patience)
	defer tick.Stop()
	defer late.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatalf("waiting until %s: it is not", what)
		}
	}
}

package swtpm

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// What a chip may answer that does not do what it was told.
const (
	RCFailure = 0x101 // it has failed, and does nothing more until it is switched off
	RCLockout = 0x921 // too many wrong passwords were tried on it
)

// A Line lies between a chip and whoever uses it, and has troubles that a software
// chip has not by itself. Without any it passes each command on, and each answer back.
type Line struct {
	Socket string // the device name of a chip at its far end
	listen net.Listener
	under  sync.WaitGroup

	mu     sync.Mutex
	chip   string        // the socket of the chip
	refuse uint32        // answered in place of the chip; 0 for nothing
	pass   chan struct{} // closed while commands pass
}

// NewLine lays a line to a chip, until the test ends.
func NewLine(t testing.TB, chip *Chip) *Line {
	t.Helper()
	dir, err := os.MkdirTemp("", "swtpm")
	if err != nil {
		t.Fatal(err)
	}
	l := &Line{Socket: filepath.Join(dir, "line"), chip: chip.Socket, pass: make(chan struct{})}
	close(l.pass)
	if l.listen, err = net.Listen("unix", l.Socket); err != nil {
		t.Fatal(err)
	}
	l.under.Go(l.serve)
	t.Cleanup(func() {
		l.Release()
		l.listen.Close()
		l.under.Wait()
		os.RemoveAll(dir)
	})
	return l
}

// To leads the line to another chip, as when the board was changed.
func (l *Line) To(chip *Chip) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.chip = chip.Socket
}

// Cut leads it nowhere, as when the chip was switched off in the firmware.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.chip = ""
}

// Refuse has the chip answer each command with a response code; 0 ends that.
func (l *Line) Refuse(code uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuse = code
}

// Hold has commands wait, as at a chip that is busy with itself. Release lets them go.
func (l *Line) Hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pass = make(chan struct{})
}

// Release ends what Hold began, if it did.
func (l *Line) Release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.pass:
	default:
		close(l.pass)
	}
}

func (l *Line) now() (chip string, refuse uint32, pass chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.chip, l.refuse, l.pass
}

func (l *Line) serve() {
	for {
		user, err := l.listen.Accept()
		if err != nil { // it was closed
			return
		}
		l.under.Go(func() {
			defer user.Close()
			_ = l.carry(user) // a line that breaks off is the answer then
		})
	}
}

// carry takes one command, as a software chip takes one a connection.
func (l *Line) carry(user net.Conn) error {
	_, _, pass := l.now()
	<-pass
	chip, refuse, _ := l.now()
	command, err := message(user)
	if err != nil {
		return err
	}
	if refuse != 0 {
		_, err = user.Write(refusal(refuse))
		return err
	}
	far, err := net.Dial("unix", chip)
	if err != nil {
		return err
	}
	defer far.Close()
	if _, err := far.Write(command); err != nil {
		return err
	}
	answer, err := message(far)
	if err == nil {
		_, err = user.Write(answer)
	}
	return err
}

// A command, and an answer, begins with its tag and its own length.
const (
	headSize    = 10
	mostMessage = 4096
)

var errMessage = errors.New("not a TPM's command or answer")

func message(from io.Reader) ([]byte, error) {
	head := make([]byte, headSize)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[2:])
	if size < headSize || size > mostMessage {
		return nil, errMessage
	}
	whole := append(head, make([]byte, size-headSize)...)
	_, err := io.ReadFull(from, whole[headSize:])
	return whole, err
}

// refusal is an answer without sessions that says a response code and nothing else.
func refusal(code uint32) []byte {
	answer := binary.BigEndian.AppendUint16(nil, 0x8001)
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(answer, headSize), code)
}

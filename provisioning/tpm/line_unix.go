//go:build unix

package tpm

import (
	"io"
	"io/fs"
	"net"
	"os"
	"time"

	"github.com/google/go-tpm/tpm2/transport"
	"github.com/google/go-tpm/tpm2/transport/linuxtpm"
)

// DefaultDevice is the resource manager's: it swaps the keys of several processes.
const DefaultDevice = "/dev/tpmrm0"

// dial opens the way to a chip: a device, or the socket of a software TPM.
func dial(device string, until time.Time) (transport.TPMCloser, error) {
	info, err := os.Stat(device)
	switch {
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSocket != 0:
		return transport.FromReadWriteCloser(&socket{path: device, until: until}), nil
	case info.Mode()&fs.ModeDevice != 0:
		return linuxtpm.Open(device)
	}
	return nil, errNotATPM
}

// socket speaks to a software TPM, which takes one command a connection.
type socket struct {
	path  string
	until time.Time
	line  net.Conn // between Write and Read
}

// Write connects and sends a command.
func (s *socket) Write(command []byte) (int, error) {
	dialer := net.Dialer{Deadline: s.until}
	line, err := dialer.Dial("unix", s.path)
	if err != nil {
		return 0, err
	}
	s.line = line
	if err := line.SetDeadline(s.until); err != nil {
		return 0, err
	}
	return line.Write(command)
}

// Read takes the response.
func (s *socket) Read(response []byte) (int, error) {
	if s.line == nil {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := s.line.Read(response)
	s.line.Close()
	s.line = nil
	return n, err
}

// Close ends a command that was not answered.
func (s *socket) Close() error {
	if s.line == nil {
		return nil
	}
	return s.line.Close()
}

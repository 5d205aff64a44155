package serialport_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/serialport"
)

// far gives a line and its bare far end.
func far(t *testing.T) (*os.File, *serialport.Port) {
	t.Helper()
	// Non-blocking, so that closing it ends a Read.
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	end := os.NewFile(uintptr(fd), "/dev/ptmx")
	t.Cleanup(func() { end.Close() })
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return end, open(t, fmt.Sprintf("/dev/pts/%d", number))
}

func TestASerialLineCarriesEveryByteBothWays(t *testing.T) {
	end, port := far(t)
	haltest.TestPort(t, haltest.PortFixture{Port: port, Far: end, Unplug: func() { end.Close() }, Patience: 5 * time.Second})
}

// A scanner on CDC-ACM only talks: what it says comes as it is, in pieces or not,
// and when it is unplugged a Read tells it.
func TestALineThatIsOnlyReadServesAScanner(t *testing.T) {
	end, port := far(t)
	codes := "watashi:key:123456789012\r\nwatashi:key:999\r\n"
	for _, piece := range []string{codes[:5], codes[5:26], codes[26:]} {
		if _, err := end.WriteString(piece); err != nil {
			t.Fatal(err)
		}
		if got := heard(t, port, len(piece)); string(got) != piece {
			t.Errorf("heard %q, want %q", got, piece)
		}
	}
	end.Close()
	for reads := 1; ; reads++ {
		_, err := port.Read(make([]byte, 8))
		if errors.Is(err, hal.ErrGone) {
			return
		}
		if reads == 3 || !errors.Is(err, hal.ErrTimeout) {
			t.Fatalf("unplugged: the %d. Read = %v, want device gone", reads, err)
		}
	}
}

// heard reads so many bytes, over silence.
func heard(t *testing.T, port *serialport.Port, n int) []byte {
	t.Helper()
	var all bytes.Buffer
	for buffer := make([]byte, 64); all.Len() < n && t.Context().Err() == nil; {
		got, err := port.Read(buffer)
		if err != nil && !errors.Is(err, hal.ErrTimeout) {
			t.Fatal(err)
		}
		all.Write(buffer[:got])
	}
	return all.Bytes()
}

func TestALineThatIsGoneDoesNotSpinItsReader(t *testing.T) {
	end, port := far(t)
	end.Close()
	timeouts := 0
	for range 1000 {
		if _, err := port.Read(make([]byte, 8)); errors.Is(err, hal.ErrTimeout) {
			timeouts++
		}
	}
	if timeouts > 1 {
		t.Errorf("%d of 1000 reads said silence, want one at most, then gone", timeouts)
	}
}

func TestCloseComesBackWhateverTheLineDoes(t *testing.T) {
	const soon = 3 * time.Second
	busy := map[string]func(port *serialport.Port) error{
		"a Read waits": func(port *serialport.Port) (err error) {
			for !errors.Is(err, hal.ErrGone) {
				_, err = port.Read(make([]byte, 8))
			}
			return err
		},
		"a Write that nobody takes waits": func(port *serialport.Port) error {
			_, err := port.Write(make([]byte, 1<<20))
			return err
		},
	}
	for name, do := range busy {
		t.Run(name, func(t *testing.T) {
			end, port := far(t)
			ended := make(chan error, 1)
			go func() { ended <- do(port) }()
			standstill(t, end)
			start := time.Now()
			if err := port.Close(); err != nil && !errors.Is(err, hal.ErrTimeout) {
				t.Errorf("Close = %v", err)
			}
			select {
			case err := <-ended:
				if !errors.Is(err, hal.ErrGone) {
					t.Errorf("it ends in %v, want device gone", err)
				}
			case <-time.After(soon):
				t.Error("it waits still")
			}
			if took := time.Since(start); took > soon {
				t.Errorf("closed after %v", took)
			}
			end.Close() // unplugged, which ends even a write that waits in the driver
			if err := port.Close(); err != nil {
				t.Errorf("Close of a line that is gone = %v", err)
			}
		})
	}
}

// standstill waits until nothing more comes into the buffer of the far end,
// which nobody reads.
func standstill(t *testing.T, end *os.File) {
	t.Helper()
	last := -1
	for {
		now, err := unix.IoctlGetInt(int(end.Fd()), unix.TIOCINQ)
		if err != nil {
			t.Fatal(err)
		}
		if now == last {
			return
		}
		last = now
		<-time.After(300 * time.Millisecond)
	}
}

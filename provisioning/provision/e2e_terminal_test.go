//go:build e2e

package main

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

// serviced is a machine that was given an identity by this command and runs the
// watashi-terminald that ships, with virtual devices.
type serviced struct {
	*bench
	printer *haltest.Printer
	config  string
}

func newServiced(t *testing.T) *serviced {
	s := &serviced{bench: newBench(t), printer: haltest.NewPrinter()}
	s.want(s.run(s.token(), "init", "--environment", "test"), exitDone)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.check(err)
	go haltest.ServePrinterTCP(t.Context(), listener, s.printer)
	scanner, err := haltest.ServeScannerPTY(t.Context(), haltest.NewScanner())
	s.check(err)
	me := []string{strconv.Itoa(os.Getuid())}
	config, err := json.Marshal(map[string]any{
		"state_dir": filepath.Join(s.dir, "terminald"), "reader": "Virtual", "log_level": "warn",
		"printer":       map[string]any{"kind": "tcp", "address": listener.Addr().String(), "width_dots": 576},
		"scanner":       map[string]any{"kind": "serial", "path": scanner, "baud": 19200},
		"ui":            map[string]any{"listen": "127.0.0.1:0", "url_file": filepath.Join(s.dir, "screen.url")},
		"uplink_socket": filepath.Join(s.dir, "uplink.sock"), "uplink_users": me,
		"status_socket": filepath.Join(s.dir, "status.sock"), "status_users": me,
	})
	s.check(err)
	s.config = filepath.Join(s.dir, "terminald.json")
	s.check(os.WriteFile(s.config, config, 0o600))
	return s
}

// start runs the program that `make build` left, until the test ends.
func (s *serviced) start(t *testing.T) {
	t.Helper()
	var log paper
	cmd := exec.Command(filepath.Join("..", "..", "bin", "watashi-terminald"), "--config", s.config)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting the terminald of `make build`: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait() // that it was told to end is no news
		if t.Failed() {
			t.Logf("terminald said:\n%s", log.String())
		}
	})
}

// device runs a device command with the machine's configuration.
func (s *serviced) device(args ...string) ended {
	var out, said paper
	args = append(append([]string{"device"}, args...), "--config", s.config)
	code := run(s.t.Context(), args, nil, &out, &said)
	return ended{code, out.String(), said.String(), "device"}
}

// The command and the service that ship understand each other.
func TestE2EATerminalThatRunsIsAsked(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newServiced(t)
		s.want(s.device("check"), exitDone, "the devices themselves", "reader          ok", "printer         ok", "scanner         ok", "sensors         none")
		s.want(s.device("tamper", "clear"), exitNoTerminal)
		s.want(s.device("slip", "print"), exitDone, "has confirmed it")
		s.start(t)
		var last ended
		await(t, "a terminal in which all is well", func() bool {
			last = s.device("check")
			return last.code == exitDone && strings.Contains(last.out, "watashi-terminald\n")
		})
		s.want(last, exitDone, "asked           watashi-terminald", "terminal        T-0001", "reader          ok", "printer         ok", "scanner         ok", "sensors         none")
		s.want(s.device("tamper", "clear"), exitDone, "there was none")
		s.want(s.device("watch", "--for", "600ms"), exitDone, "it tells states only", "scanner   online")
		s.printer.Break(haltest.PrinterFaults{PaperOut: true})
		await(t, "the end of the paper", func() bool {
			last = s.device("check", "--json")
			return last.code == exitPrinter
		})
		s.want(last, exitPrinter, "PRN-PAPER", `"source":"terminald"`)
		if err := judgeBySchema("device-check", last.out); err != nil {
			t.Error(err)
		}
	})
}

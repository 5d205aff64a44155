//go:build e2e

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/queue"
	"github.com/digital-watashi/kiosk/terminal/journal"
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

// start runs terminald until the test ends.
func (s *serviced) start(t *testing.T) {
	t.Helper()
	s.spawn(t, "watashi-terminald", s.config)
}

// spawn runs a program that `make build` left, until the test ends.
func (s *serviced) spawn(t *testing.T, program, config string) {
	t.Helper()
	var log paper
	cmd := exec.Command(filepath.Join("..", "..", "bin", program), "--config", config)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting the %s of `make build`: %v", program, err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait() // that it was told to end is no news
		if t.Failed() {
			t.Logf("%s said:\n%s", program, log.String())
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

// group runs a command of queue or audit with the machine's configuration.
func (s *serviced) group(args ...string) ended {
	var out, said paper
	code := run(s.t.Context(), append(args, "--config", s.config), nil, &out, &said)
	return ended{code, out.String(), said.String(), strings.Join(args, " ")}
}

// carry runs the uplinkd of `make build`, until the test ends.
func (s *serviced) carry(t *testing.T) {
	t.Helper()
	config, err := json.Marshal(map[string]any{
		"uplink_dir": filepath.Join(s.dir, "uplinkd"), "socket": filepath.Join(s.dir, "uplink.sock"), "log_level": "warn",
	})
	s.check(err)
	file := filepath.Join(s.dir, "uplinkd.json")
	s.check(os.WriteFile(file, config, 0o600))
	s.spawn(t, "watashi-uplinkd", file)
}

// keep leaves registrations in the machine's journal that no platform can open; the
// last one stands in quarantine.
func (s *serviced) keep(ids ...protocol.ID) {
	j, err := journal.Open(filepath.Join(s.dir, "terminald", "journal.db"))
	s.check(err)
	for _, id := range ids {
		header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ECDH-ES","enc":"A256GCM"}`))
		s.check(j.Commit(id, []byte(header+"..aXY.c2VhbGVk.dGFn"), time.Now()))
		s.check(j.BeginHandOver(id))
		s.check(j.EndHandOver(id, journal.Done))
	}
	s.check(j.Quarantine(ids[len(ids)-1], "http-400", time.Now()))
	s.check(j.Close())
}

// A technician sees what waits, releases what was refused, and takes the audit
// trail home; all three programs are those that ship.
func TestE2EQueueAndAuditOfATerminalThatRuns(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newServiced(t)
		waits, aside := protocol.NewID(), protocol.NewID()
		s.keep(waits, aside)
		s.start(t)
		var last ended
		await(t, "the queue", func() bool { last = s.group("queue", "list"); return last.code == exitDone })
		s.want(last, exitDone, "T-0001", "no-contact", "quarantined     1", waits.String(), aside.String())
		s.want(s.group("queue", "show", aside.String()), exitDone, "http-400", "the code is in a hand")
		s.carry(t)
		await(t, "the platform's answer", func() bool {
			last = s.group("queue", "show", waits.String(), "--json")
			return strings.Contains(last.out, `"state":"answered"`)
		})
		s.want(last, exitDone, `"delivery":"refused"`, `"refusal":"`)
		s.schema("queue-show", last)
		last = s.group("queue", "retry", "--all", "--json")
		s.want(last, exitDone, `"released":1`, aside.String(), `"state":"answered"`)
		s.schema("queue-retry", last)
		last = s.group("queue", "list", "--json")
		s.want(last, exitDone, `"platform_reachable":true,"waiting":0,"quarantined":0`)
		s.schema("queue-list", last)

		file := filepath.Join(s.dir, "trail.jsonl")
		last = s.group("audit", "export", "--out", file, "--json")
		s.want(last, exitDone, `"entries":`)
		s.schema("audit-export", last)
		var r queue.TrailReport
		s.check(json.Unmarshal([]byte(last.out), &r))
		s.want(s.group("audit", "verify", file, "--head", r.Head), exitDone, "whole", "found, entry "+fmt.Sprint(r.Entries))
		await(t, "a heartbeat with a head on the trail", func() bool { return s.headOfHeartbeat() != "" })
		s.want(s.group("audit", "export", "--out", file+".later"), exitDone)
		s.want(s.group("audit", "verify", file+".later", "--head", s.headOfHeartbeat()), exitDone, "found")
	})
}

// headOfHeartbeat is what the platform keeps, as the terminal signed it.
func (s *serviced) headOfHeartbeat() string {
	all, err := s.Terminals(s.t.Context())
	s.check(err)
	if len(all) != 1 || len(all[0].Heartbeat) == 0 {
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(string(all[0].Heartbeat), ".")[1])
	s.check(err)
	var beat protocol.Heartbeat
	s.check(json.Unmarshal(payload, &beat))
	return beat.AuditHead.String()
}

func (s *serviced) schema(name string, e ended) {
	s.t.Helper()
	if err := judgeBySchema(name, e.out); err != nil {
		s.t.Errorf("%s: %v\n%s", name, err, e.out)
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/service"
)

func TestMain(m *testing.M) {
	if os.Getenv("UPLINKD_TEST_CHILD") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestExampleIsTheDefaults(t *testing.T) {
	c, err := service.Load("uplinkd.example.json", Defaults())
	if err != nil || c != Defaults() {
		t.Errorf("got %+v, %v, want the defaults", c, err)
	}
}

func TestConfigReportsAllFaultsAtOnce(t *testing.T) {
	_, err := service.Parse([]byte(`{"uplink_dir":"here","socket":"","log_level":"loud"}`), Defaults())
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{`uplink_dir: "here"`, `socket: ""`, `log_level: "loud"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not tell %s", err, want)
		}
	}
	for _, bad := range []string{``, `[]`, `{"platform":"https://example.com"}`, `{}{}`, `{"socket":7}`} {
		if _, err := service.Parse([]byte(bad), Defaults()); err == nil {
			t.Errorf("accepted %s", bad)
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"uplink_dir":"/a","socket":"/b","log_level":"debug"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if c, err := service.Parse(raw, Defaults()); err == nil && c.Validate() != nil {
			t.Errorf("%s was accepted as %+v", raw, c)
		}
	})
}

func TestWrongArgumentsEndAtOnce(t *testing.T) {
	none := func(string) string { return "" }
	if err := program().Execute(t.Context(), []string{"-config", "/nowhere.json"}, none, io.Discard, io.Discard); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	var help bytes.Buffer
	if err := program().Execute(t.Context(), []string{"-h"}, none, io.Discard, &help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "-config") {
		t.Errorf("help: %v, %s", err, help.String())
	}
	var told bytes.Buffer
	if err := program().Execute(t.Context(), []string{"-version"}, none, &told, io.Discard); err != nil || told.String() != version+" commit "+commit+" "+runtime.Version()+"\n" {
		t.Errorf("version: %v, %s", err, told.String())
	}
}

// The program itself, without an identity: it stays and waits, tells systemd so,
// and ends in order when asked to.
func TestProgramWaitsForAnIdentityAndEndsWhenAsked(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "uplinkd.json")
	if err := os.WriteFile(config, []byte(`{"uplink_dir":"`+dir+`","socket":"`+dir+`/s"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(dir, "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	program := exec.CommandContext(ctx, os.Args[0], "-config", config)
	program.Env = append(os.Environ(), "UPLINKD_TEST_CHILD=1", "NOTIFY_SOCKET="+filepath.Join(dir, "notify"))
	stderr, err := program.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	if line := bufio.NewScanner(stderr); !line.Scan() || !strings.Contains(line.Text(), "waiting for an identity") {
		t.Errorf("first line is %q", line.Text())
	}
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := program.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
	for _, want := range []string{"READY=1", "STATUS=not provisioned", "STOPPING=1"} {
		message := make([]byte, 512)
		systemd.SetReadDeadline(time.Now().Add(5 * time.Second))
		if n, err := systemd.Read(message); err != nil || !strings.HasPrefix(string(message[:n]), want) {
			t.Errorf("systemd was told %q, %v, want %s", message[:n], err, want)
		}
	}
}

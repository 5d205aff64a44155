package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/provisioning/provision/console/ptytest"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// chair is a person before a terminal, at which a command of a bench runs.
type chair struct {
	*bench
	person, program *os.File
	screen          paper
	code            chan int
}

// sits starts a command that may ask.
func (b *bench) sits(ctx context.Context, args ...string) *chair {
	b.t.Helper()
	c := &chair{bench: b, code: make(chan int, 1)}
	c.person, c.program = ptytest.Pair(b.t)
	folders := []string{"--state-dir", filepath.Join(b.dir, "terminald"), "--uplink-dir", filepath.Join(b.dir, "uplinkd")}
	args = append(append([]string{args[0]}, folders...), args[1:]...)
	go func() { c.code <- runOn(ctx, b.world, args, c.program, &c.screen, &c.screen) }()
	return c
}

func (c *chair) types(text string) {
	c.t.Helper()
	_, err := c.person.WriteString(text)
	c.check(err)
}

func (c *chair) sees(words string) {
	c.t.Helper()
	ptytest.WaitFor(c.t, words, func() bool { return strings.Contains(c.screen.String(), words) })
}

// ends waits for that.
func (c *chair) ends() ended {
	c.t.Helper()
	select {
	case code := <-c.code:
		return ended{code, c.screen.String(), "", "at the terminal"}
	case <-time.After(time.Minute):
		c.t.Fatalf("the command does not end:\n%s", c.screen.String())
		return ended{}
	}
}

// leaves waits for the end, and looks whether the terminal is as it was.
func (c *chair) leaves(code int, texts ...string) {
	c.t.Helper()
	c.want(c.ends(), code, texts...)
	if !ptytest.Echoes(c.t, c.program) {
		c.t.Error("the terminal does not echo any more")
	}
}

// scans has what is held before the scanner, each time it is opened.
func (b *bench) scans(codes ...string) (config string) {
	b.t.Helper()
	b.world.OpenScanner = func(_ devices.Config, o devices.ScannerOptions) (hal.Scanner, error) {
		if o.OnState != nil {
			o.OnState(hal.Online)
		}
		return scans{codes}, nil
	}
	config = filepath.Join(b.dir, "terminald.json")
	b.check(os.WriteFile(config, []byte(`{"status_socket":`+quoted(filepath.Join(b.dir, "nobody"))+`,"scanner":{"kind":"serial","path":"/dev/ttyACM0"}}`), 0o600))
	return config
}

const slipQuestion = "is it sharp, whole and cut? [y/n] "

func TestAnswerAfterATokenThatWasScannedIsNotLost(t *testing.T) {
	b := newBench(t)
	c := b.sits(t.Context(), "init", "--environment", "test", "--config", b.scans("watashi:key:1234", b.token()))
	c.sees(slipQuestion)
	if !ptytest.Echoes(t, c.program) {
		t.Error("the answer is not shown")
	}
	c.types("y\n")
	c.leaves(exitDone, "That was not a provisioning token", "a person looked at it", "ready")
}

func TestWhatWasTypedBeforeAQuestionAnswersNothing(t *testing.T) {
	person, program := ptytest.Pair(t)
	z := &wizard{Desk: &desk.Desk{In: program, Says: &paper{}}}
	answers := make(chan string, 1)
	ask := func() {
		answer, err := z.question(t.Context(), "?")
		if err != nil {
			t.Error(err)
		}
		answers <- answer
	}
	typed := func(text string) {
		if _, err := person.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	go ask()
	ptytest.WaitFor(t, "the question", func() bool { return z.Says.(*paper).String() == "?" })
	typed("token\n\n") // as a paste brings it
	if got := <-answers; got != "token" {
		t.Errorf("got %q", got)
	}
	ptytest.WaitFor(t, "the rest", func() bool {
		n, err := unix.IoctlGetInt(int(program.Fd()), unix.TIOCINQ)
		return err == nil && n > 0
	})
	go ask()
	ptytest.WaitFor(t, "the other question", func() bool { return z.Says.(*paper).String() == "??" })
	typed("y\n")
	if got := <-answers; got != "y" {
		t.Errorf("got %q", got)
	}
}

func TestInterruptionAfterTheIdentityIsToldTruly(t *testing.T) {
	b := newBench(t)
	token := b.token()
	whole := b.world.ListReaders
	interrupt := func() {}
	b.world.ListReaders = func(ctx context.Context) ([]devices.ReaderInfo, error) {
		interrupt()
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	again := func() (ctx context.Context) {
		ctx, interrupt = context.WithCancel(t.Context())
		return ctx
	}
	c := b.sits(again(), "init", "--environment", "test", "--token", token)
	c.leaves(exitInterrupted, "4/6  bundle        ok", "5/6  devices       stopped", "The identity stands.", "provisioned, not ready")
	if text := c.screen.String(); strings.Contains(text, "not provisioned") || strings.Contains(text, "fault") {
		t.Errorf("says what is not so:\n%s", text)
	}
	file := filepath.Join(b.dir, "report.json")
	c = b.sits(again(), "init", "--environment", "test", "--token", token, "--report", file)
	c.leaves(exitInterrupted, "done before", "stopped")
	report, err := os.ReadFile(file)
	b.check(err)
	b.check(judgeBySchema("init", string(report)))
	if !strings.Contains(string(report), "The identity stands.") {
		t.Errorf("the report says nothing of the identity: %s", report)
	}
	c = b.sits(again(), "init", "--environment", "test", "--only", "devices")
	c.leaves(exitInterrupted, "provisioned; step devices was not done", "does this step anew")
	b.world.ListReaders = whole
	b.want(b.run(token, "init", "--environment", "test"), exitDone, "done before", "ready")
}

func TestInterruptionBeforeTheIdentityIsToldTruly(t *testing.T) {
	b := newBench(t)
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	b.want(b.sits(ctx, "init", "--environment", "test", "--token", b.token()).ends(), exitInterrupted, "stopped", "not provisioned yet", "with the same token")
	b.want(b.run(b.token(), "init", "--environment", "test"), exitDone)
	b.want(b.sits(ctx, "init", "--environment", "test", "--replace", "--token", b.token()).ends(), exitInterrupted, "not replaced; the identity that it had is in force")
	b.want(b.run("", "status"), exitDone, "may serve")
}

func TestAReplacementGoesOnWithTheSameToken(t *testing.T) {
	b := newBench(t)
	b.want(b.run(b.token(), "init", "--environment", "test"), exitDone)
	plug, token := b.bare(), b.token()
	b.want(b.run(token, "init", "--environment", "test", "--replace"), exitNotReady)
	plug()
	b.want(b.run(token, "init", "--environment", "test", "--replace"), exitDone, "done before", "ready")
}

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// browser is one that was started, with all its processes.
type browser struct {
	pid     int // of the process and of its group
	profile string
	started time.Time
	said    *complaints
	gone    chan struct{} // closed when its first process has ended
	how     error         // how it ended, once it is gone
}

// start starts a browser with an empty folder that nobody else reads.
func (k *kiosk) start(over *handOver) (*browser, error) {
	if err := os.MkdirAll(k.profile, 0o700); err != nil {
		return nil, fmt.Errorf("making the browser's folder: %w", err)
	}
	profile, err := os.MkdirTemp(k.profile, "")
	if err != nil {
		return nil, fmt.Errorf("making the browser's folder: %w", err)
	}
	command := exec.Command(k.command[0], append(k.command[1:len(k.command):len(k.command)], arguments(profile, over.first())...)...)
	command.Env = append(os.Environ(), "HOME="+profile, "XDG_CONFIG_HOME="+profile, "XDG_CACHE_HOME="+profile)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	said := &complaints{done: make(chan struct{})}
	listening, err := said.from(command, over)
	if err != nil {
		return nil, err
	}
	defer listening.Close()
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting the browser: %w", err)
	}
	b := &browser{pid: command.Process.Pid, profile: profile, started: time.Now(), said: said, gone: make(chan struct{})}
	go func() {
		defer close(b.gone)
		b.how = command.Wait()
	}()
	return b, nil
}

// from has what a browser will say heard, and returns this program's copy of the end that
// the browser writes to.
func (c *complaints) from(command *exec.Cmd, over *handOver) (io.Closer, error) {
	from, to, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("listening to the browser: %w", err)
	}
	command.Stderr = to
	go func() {
		defer from.Close()
		c.hear(from, &over.given)
	}()
	return to, nil
}

// vanish waits until the last process of a browser that was killed is gone.
func (b *browser) vanish(within time.Duration) error {
	<-b.gone
	for deadline := time.Now().Add(within); lives("/proc", b.pid); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("processes of the browser outlived it by %v", within)
		}
	}
	return nil
}

// lives reports whether any process of a group has memory. One that has none any more, and
// waits only for somebody to ask how it ended, is gone (proc(5), stat).
func lives(proc string, group int) bool {
	all, _ := filepath.Glob(filepath.Join(proc, "[0-9]*", "stat"))
	for _, path := range all {
		stat, _ := os.ReadFile(path) // it may have gone since
		var state string
		var parent, of int
		_, err := fmt.Sscan(string(stat[bytes.LastIndexByte(stat, ')')+1:]), &state, &parent, &of)
		if err == nil && of == group && state != "Z" && state != "X" {
			return true
		}
	}
	return false
}

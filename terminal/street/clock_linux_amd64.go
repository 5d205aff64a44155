package street

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// A clock is one process's own time of day. A program asks for it in the vDSO, a page
// of code that the kernel maps into each process; there the question gets another
// answer: what the kernel says, and so many seconds more. The program itself is as it
// ships, and what it times by the monotonic clock goes on as before.
type clock struct {
	ahead time.Duration
	pid   int
	at    uint64 // where in it the seconds stand
}

// answer is in place of the vDSO's clock_gettime:
//
//	mov eax, 228; syscall           ask the kernel itself
//	test edi, edi; jne +10          another clock than that of the day: as it is
//	mov rcx, [rip+14]; add [rsi], rcx
//	ret
//
// Behind it, aligned so that each read finds all of them, stand the seconds.
var answer = [32]byte{
	0xb8, 0xe4, 0, 0, 0, 0x0f, 0x05,
	0x85, 0xff, 0x75, 0x0a,
	0x48, 0x8b, 0x0d, 14, 0, 0, 0, 0x48, 0x01, 0x0e,
	0xc3,
}

// start starts a program, and has the answer in place before its first instruction.
func (c *clock) start(cmd *exec.Cmd) error {
	runtime.LockOSThread() // who traces is a thread
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	var stopped syscall.WaitStatus
	if _, err := syscall.Wait4(cmd.Process.Pid, &stopped, 0, nil); err != nil {
		return err
	}
	if !stopped.Stopped() {
		return fmt.Errorf("a program with a clock of its own did not begin: %v", stopped)
	}
	return errors.Join(c.fit(cmd.Process.Pid), syscall.PtraceDetach(cmd.Process.Pid))
}

func (c *clock) fit(pid int) error {
	from, code, err := vdso(pid)
	if err != nil {
		return fmt.Errorf("finding a program's clock: %w", err)
	}
	gettime, err := function(code, "__vdso_clock_gettime")
	if err != nil {
		return fmt.Errorf("finding a program's clock: %w", err)
	}
	c.pid, c.at = pid, from+gettime+uint64(len(answer))
	if err := poke(pid, from+gettime, answer[:]); err != nil {
		return err
	}
	return c.set(c.ahead, true)
}

// set says what the clock shall show; a process that does not run learns it when it
// starts.
func (c *clock) set(ahead time.Duration, runs bool) error {
	c.ahead = ahead
	if !runs {
		return nil
	}
	return poke(c.pid, c.at, binary.LittleEndian.AppendUint64(nil, uint64(int64(ahead/time.Second))))
}

func poke(pid int, at uint64, text []byte) error {
	memory, err := os.OpenFile(fmt.Sprintf("/proc/%d/mem", pid), os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("setting a program's clock: %w", err)
	}
	_, err = memory.WriteAt(text, int64(at))
	return errors.Join(err, memory.Close())
}

// vdso is where that page begins in a process, and what it holds.
func vdso(pid int) (from uint64, code []byte, err error) {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return 0, nil, err
	}
	var to uint64
	for lines := bufio.NewScanner(bytes.NewReader(maps)); lines.Scan(); {
		if strings.HasSuffix(lines.Text(), "[vdso]") {
			_, err = fmt.Sscanf(lines.Text(), "%x-%x", &from, &to)
		}
	}
	if err != nil || to == 0 {
		return 0, nil, errors.Join(err, errors.New("no vDSO"))
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return 0, nil, err
	}
	defer memory.Close()
	code = make([]byte, to-from)
	_, err = memory.ReadAt(code, int64(from))
	return from, code, err
}

// function finds one that is large enough for the answer and its seconds.
func function(library []byte, name string) (at uint64, err error) {
	file, err := elf.NewFile(bytes.NewReader(library))
	if err != nil {
		return 0, err
	}
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return 0, err
	}
	for _, s := range symbols {
		if s.Name == name && s.Size >= uint64(len(answer))+8 && s.Value%8 == 0 {
			return s.Value, nil
		}
	}
	return 0, fmt.Errorf("no %s with room for another", name)
}

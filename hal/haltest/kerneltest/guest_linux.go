package kerneltest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const moduleDir = "/lib/modules"

// boot is what the first process of the machine does: it makes a system of it, has
// another process run the test, and turns the machine off.
func boot() {
	code, err := 1, furnish()
	if err == nil {
		code = test()
	} else {
		fmt.Fprintln(os.Stderr, "making a system of the machine:", err)
	}
	fmt.Printf("\n%s%d\n", over, code)
	unix.Sync()
	_ = unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART) // qemu takes it for the end
	select {}
}

// test runs the binary once more, since a first process is a strange one: it has
// every orphan for a child, and takes no signal by default.
func test() int {
	cmd := exec.Command("/init", append(os.Args[1:], "-test.v", "-test.count=1")...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = os.Stdout, os.Stderr, os.Getenv(folder)
	cmd.Env = append(os.Environ(), furnished+"=yes", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME="+scratch, "TMPDIR="+scratch)
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the test:", err)
		return max(1, cmd.ProcessState.ExitCode())
	}
	return 0
}

// scratch is a disk with room on it for what the test writes. It lies where no
// checkout does: what is mounted over hides the programs that were put there.
const scratch = "/scratch"

// furnish mounts what a system has, brings the loopback up and loads modules.
func furnish() error {
	for _, m := range []struct{ kind, dir string }{
		{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"devpts", "/dev/pts"}, {"tmpfs", "/dev/shm"},
		{"tmpfs", "/run"}, {"tmpfs", scratch},
	} {
		if err := os.MkdirAll(m.dir, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(m.kind, m.dir, m.kind, 0, ""); err != nil {
			return fmt.Errorf("mounting %s: %w", m.dir, err)
		}
	}
	if err := errors.Join(os.MkdirAll("/tmp", 0o1777), os.MkdirAll(os.Getenv(folder), 0o755)); err != nil {
		return err
	}
	return errors.Join(loopback(), load())
}

func loopback() error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return fmt.Errorf("bringing the loopback up: %w", err)
	}
	defer unix.Close(s)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("bringing the loopback up: %w", err)
	}
	return nil
}

// load loads the modules in the order of their names.
func load() error {
	files, err := filepath.Glob(filepath.Join(moduleDir, "*.ko"))
	for _, path := range files {
		err = errors.Join(err, loadFile(path))
	}
	return err
}

func loadFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := unix.FinitModule(int(file.Fd()), "", 0); err != nil {
		return fmt.Errorf("loading %s: %w", path, err)
	}
	return nil
}

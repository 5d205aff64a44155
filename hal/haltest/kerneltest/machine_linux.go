package kerneltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A Machine is what a test wants to find in its machine. The zero value has a kernel,
// the test itself and a network of its own.
type Machine struct {
	// Modules are loaded before the test, with those that they depend on.
	Modules []string
	// Programs are files and folders of the machine at hand, by their absolute paths,
	// which are at the same paths there. Programs come with the libraries that they
	// are linked with.
	Programs []string
	// Args are more arguments for qemu, as of a device.
	Args []string
	// Memory is in MiB; 0 is 512.
	Memory int
	// Patience bounds the machine's life; 0 is 90 seconds.
	Patience time.Duration
}

// inside marks the processes in the machine.
const inside = "WATASHI_KERNELTEST"

// over is what the machine says last, with the code that its test ended with.
const over = "kerneltest: the test ended with code "

// Within runs body in a machine of its own: the test binary starts itself anew there,
// for this one test. What that prints, and the kernel with it, is the test's log.
func Within(t *testing.T, m Machine, body func(t *testing.T)) {
	t.Helper()
	switch {
	case os.Getenv(inside) != t.Name():
		m.boot(t)
	case os.Getpid() == 1:
		boot() // does not return
	default:
		body(t)
	}
}

func (m Machine) boot(t *testing.T) {
	t.Helper()
	if m.Memory == 0 {
		m.Memory = 512
	}
	if m.Patience == 0 {
		m.Patience = 90 * time.Second
	}
	kernel, err := findKernel()
	if err != nil {
		t.Fatal("finding a kernel: ", err)
	}
	root := filepath.Join(t.TempDir(), "root.cpio")
	if err := m.pack(kernel, root); err != nil {
		t.Fatal("packing the machine's files: ", err)
	}
	said, err := m.run(t, kernel.image, root)
	t.Logf("in the machine:\n%s", said)
	if err != nil {
		t.Fatalf("running %s on a kernel of its own: %v", t.Name(), err)
	}
}

// pack makes the root file system.
func (m Machine) pack(k kernel, to string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	modules, err := k.closure(m.Modules...)
	if err != nil {
		return err
	}
	a := newArchive()
	for i, path := range modules {
		err = errors.Join(err, a.copy(path, fmt.Sprintf("%s/%03d-%s", moduleDir, i, filepath.Base(path))))
	}
	for _, path := range m.Programs {
		err = errors.Join(err, a.copy(path, path))
	}
	if err = errors.Join(err, a.copy(self, "/init")); err != nil {
		return err
	}
	return os.WriteFile(to, a.bytes(), 0o600)
}

// run comes back when the machine is off.
func (m Machine) run(t *testing.T, image, root string) (string, error) {
	ctx, stop := context.WithTimeoutCause(t.Context(), m.Patience, errors.New("it took too long"))
	defer stop()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "qemu-system-x86_64", append([]string{
		"-cpu", "max", "-smp", "1", "-m", fmt.Sprint(m.Memory), "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot",
		"-kernel", image, "-initrd", root, "-append", commandLine(t),
	}, slices.Concat(engine(), m.Args)...)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	said := strings.ReplaceAll(out.String(), "\r", "")
	if ctx.Err() != nil {
		return said, context.Cause(ctx)
	}
	if err != nil {
		return said, err
	}
	return said, verdict(said)
}

// engine is emulation with a clock of its own: it counts instructions, and while all
// wait it jumps to the moment that the first of them waits for. So a test that sleeps
// costs nothing, and one on a busy machine is not late. The environment may ask for
// KVM, which has neither. Whether a machine has that is easily told, but not whether
// it works: inside of another machine it may start and then stand still for ever.
func engine() []string {
	if os.Getenv("WATASHI_KERNELTEST_ACCEL") == "kvm" {
		return []string{"-accel", "kvm"}
	}
	return []string{"-accel", "tcg", "-icount", "shift=2,sleep=off"}
}

// verdict reads the last words of a machine.
func verdict(said string) error {
	_, last, told := strings.Cut(said, over)
	code, _, _ := strings.Cut(last, "\n")
	switch {
	case !told:
		return errors.New("the machine went off before the test had ended")
	case code != "0":
		return fmt.Errorf("it ended with code %s", code)
	case strings.Contains(said, "no tests to run"):
		return errors.New("it was not found")
	}
	return nil
}

// commandLine has the kernel start this binary as its first process. What stands
// before the dashes is the kernel's, or in the environment; what stands behind is
// for the binary.
func commandLine(t *testing.T) string {
	return strings.Join([]string{
		"console=ttyS0", "rdinit=/init", "panic=-1", "reboot=t", "loglevel=4", "mitigations=off",
		inside + "=" + t.Name(), "--", "-test.run=^" + t.Name() + "$",
	}, " ")
}

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
	// Programs are files and folders of the machine at hand, which are at the same
	// paths there: paths and patterns, or the names of commands. Programs come with
	// the libraries that they are linked with.
	Programs []string
	// Args are more arguments for qemu, as of a device.
	Args []string
	// Memory is in MiB; 0 is 512.
	Memory int
	// Patience bounds the machine's life; 0 is three minutes.
	Patience time.Duration
}

// inside marks the processes in the machine, with the name of the test; folder is
// where the test stands, as on the machine at hand; furnished marks all but the first.
const (
	inside    = "WATASHI_KERNELTEST"
	folder    = "WATASHI_KERNELTEST_FOLDER"
	furnished = "WATASHI_KERNELTEST_FURNISHED"
)

// over is what the machine says last, with the code that its test ended with.
const over = "kerneltest: the test ended with code "

// Within runs body in a machine of its own: the test binary starts itself anew there,
// for this one test. What that prints, and the kernel with it, is the test's log.
func Within(t *testing.T, m Machine, body func(t *testing.T)) {
	t.Helper()
	switch {
	case os.Getenv(inside) != t.Name():
		m.boot(t)
	case os.Getenv(furnished) == "":
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
		m.Patience = 3 * time.Minute
	}
	kernel, err := findKernel()
	if err != nil {
		t.Fatal("finding a kernel: ", err)
	}
	root := filepath.Join(t.TempDir(), "root.cpio")
	if err := m.pack(kernel, root); err != nil {
		t.Fatal("packing the machine's files: ", err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	said, err := m.run(t.Context(), kernel.image, root, commandLine(t.Name(), here))
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
	for _, name := range m.Programs {
		paths, missing := resolve(name)
		err = errors.Join(err, missing)
		for _, path := range paths {
			err = errors.Join(err, a.copy(path, path))
		}
	}
	if err = errors.Join(err, a.copy(self, "/init")); err != nil {
		return err
	}
	return os.WriteFile(to, a.bytes(), 0o600)
}

// resolve finds what Programs names.
func resolve(name string) ([]string, error) {
	if !strings.Contains(name, "/") {
		path, err := exec.LookPath(name)
		return []string{path}, err
	}
	pattern, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(pattern)
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("there is no %s", pattern)
	}
	return paths, err
}

// run comes back when the machine is off.
func (m Machine) run(ctx context.Context, image, root, words string) (string, error) {
	ctx, stop := context.WithTimeoutCause(ctx, m.Patience, errors.New("it took too long"))
	defer stop()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "qemu-system-x86_64", append([]string{
		"-cpu", "max", "-smp", "1", "-m", fmt.Sprint(m.Memory), "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot",
		"-kernel", image, "-initrd", root, "-append", words,
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
func commandLine(test, here string) string {
	return strings.Join([]string{
		"console=ttyS0", "rdinit=/init", "panic=-1", "reboot=t", "loglevel=4", "mitigations=off",
		inside + "=" + test, folder + "=" + here, "--", "-test.run=^" + test + "$",
	}, " ")
}

package residue

import (
	"fmt"
	"os"
	"strings"
)

// Locked is how many kB of a process can never be swapped.
func (p Process) Locked() (kB int, err error) { return p.size("VmLck") }

// Swapped is how many kB of it lie in the swap.
func (p Process) Swapped() (kB int, err error) { return p.size("VmSwap") }

// size is one of the sizes that the kernel tells of a process.
func (p Process) size(name string) (kB int, err error) {
	text, err := os.ReadFile(p.path("status"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if _, err := fmt.Sscanf(line, name+": %d kB", &kB); err == nil {
			return kB, nil
		}
	}
	return 0, fmt.Errorf("process %s does not tell of its %s", p, name)
}

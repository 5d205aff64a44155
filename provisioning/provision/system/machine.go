package system

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"os/user"
	"path/filepath"
)

// DiskFree is how much a service may still write where a folder lies or will lie, in
// bytes.
func DiskFree(folder string) (uint64, error) {
	free, _, err := Disk(folder)
	if above := filepath.Dir(folder); errors.Is(err, fs.ErrNotExist) && above != folder {
		return DiskFree(above)
	}
	return free, err
}

// LastLines asks the system's log; where there is none it says so.
func LastLines(ctx context.Context) ([]byte, error) {
	command := This().log
	out, err := exec.CommandContext(ctx, command[0], command[1:]...).Output()
	if err != nil {
		return nil, fmt.Errorf("asking %s: %w", command[0], err)
	}
	return out, nil
}

// comPorts stands for the serial ports of a system where they are no files.
const comPorts = `\\.\COM*`

// Find lists the files of a pattern; only a bad pattern is an error, and
// ours are constants.
func Find(pattern string) []string {
	if pattern == comPorts {
		return serialPorts()
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		panic(err)
	}
	return found
}

// Operator is the user as whom this runs.
func Operator() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

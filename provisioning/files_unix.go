//go:build unix

package provisioning

import (
	"io/fs"
	"os"
	"syscall"
)

// privately is how a private key has to lie.
const privately = "its mode must be 0600"

// private reports whether the mode keeps group and world out.
func private(_ *os.File, info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }

// closeDir has nothing to do: the mode that a folder is made with closes it.
func closeDir(string) error { return nil }

// inheritOwner gives f to the owner of dir, if this process may give files away.
func inheritOwner(f *os.File, dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return f.Chown(int(owner.Uid), int(owner.Gid))
}

// syncDir makes a rename durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

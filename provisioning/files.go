package provisioning

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxFile is more than any file of an identity needs, in bytes.
const maxFile = 512 << 10

// readBounded reads a small file.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readOpened(f)
}

// readSecret reads a private key, and refuses one that others could have read.
func readSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || !private(f, info) {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), ErrReadableByOthers)
	}
	return readOpened(f)
}

func readOpened(f *os.File) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", filepath.Base(f.Name()), maxFile)
	}
	return b, nil
}

// writeDurable puts a file of mode 0600 under its name all at once: after a power
// cut there is the old file or the new one, whole. It belongs to the owner of
// its folder, since the technician's command runs as root and the services do
// not.
func writeDurable(path string, b []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(0o600), inheritOwner(f, dir), f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	return rename(f.Name(), path)
}

// rename moves a file within one file system, durably.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(to)); err != nil {
		return err
	}
	if filepath.Dir(from) != filepath.Dir(to) {
		return syncDir(filepath.Dir(from))
	}
	return nil
}

// makeDir makes a folder for its owner alone: that of the folder it lies in. One
// that is there already stays as it is.
func makeDir(dir string) error {
	if exists(dir) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return errors.Join(closeDir(dir), inheritOwner(f, filepath.Dir(dir)), syncDir(filepath.Dir(dir)))
}

package platform

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// writeOnce makes a file that is not there yet. It appears whole or not at all.
func writeOnce(path string, content func() ([]byte, error)) error {
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	b, err := content()
	if err != nil {
		return fmt.Errorf("making %s: %w", filepath.Base(path), err)
	}
	return replaceFile(path, b)
}

// replaceFile puts a file in the place of another, whole or not at all, and
// durably: file, then name, then folder.
func replaceFile(path string, content []byte) error {
	dir := filepath.Dir(path)
	file, err := os.CreateTemp(dir, ".new-*") // 0600
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, errors.Join(err, os.Remove(file.Name())))
	}
	return syncFolder(dir)
}

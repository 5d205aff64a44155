// Package files is about folders that several processes work in: platforms that share
// one, and an operator who puts something there. A file is replaced whole or not at all,
// durably; what a folder holds is read again when it has changed; and who changes keys is
// alone with it.
package files

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Replace puts a file in the place of another, whole or not at all, and
// durably: file, then name, then folder.
func Replace(path string, content []byte) error {
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
	return Sync(dir)
}

const (
	// alonePatience is how long one waits for another who changes keys.
	alonePatience = 20 * time.Second
	alonePoll     = 50 * time.Millisecond
)

// Alone waits until no other process changes the keys of the folder.
func Alone(ctx context.Context, dir string) (release func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, alonePatience, fmt.Errorf("another process changes the keys in %s", dir))
	defer cancel()
	for {
		release, err := holdKeys(dir)
		if !errors.Is(err, ErrHeld) {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(alonePoll):
		}
	}
}

// ErrHeld: another process has the file.
var ErrHeld = errors.New("another process holds it")

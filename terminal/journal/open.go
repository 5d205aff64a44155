package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
)

// lockWait is how long Open waits for another process to let go of the file; a
// service manager may start the next one while the last still closes.
const lockWait = 2 * time.Second

// Open opens the journal at path, or makes a new one, and checks all that must
// hold. The folder is made 0700 when it is missing and refused when others may
// write in it; the file is 0600. A file that fails the check is left untouched,
// with an error that wraps ErrCorrupt or ErrAudit: unsent registrations may be in
// it, so only a technician may set it aside. The caller closes the journal.
func Open(path string) (*Journal, error) {
	j, err := openWith(path, defaults())
	if err != nil {
		return nil, fmt.Errorf("opening journal %s: %w", path, err)
	}
	return j, nil
}

// Close waits for calls in progress and releases the file.
func (j *Journal) Close() error { return j.db.Close() }

func openWith(path string, l limits) (*Journal, error) {
	if err := folder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, err
		}
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, err
	}
	db, err := openFile(path, l.file)
	if err != nil {
		return nil, err
	}
	j := &Journal{db: db, path: path, limits: l, now: time.Now, changed: make(chan struct{})}
	if err := j.Check(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return j, nil
}

// openFile keeps a damaged file from taking the process down: bbolt maps the
// file, so a page that is not there is a memory fault, which is turned into a
// panic here, and the panic into an error.
func openFile(path string, most int) (db *bolt.DB, err error) {
	var file *os.File
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			db, err = nil, errors.Join(fmt.Errorf("%w: %v", ErrCorrupt, p), file.Close())
		}
	}()
	options := &bolt.Options{Timeout: lockWait, MaxSize: most, OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
		var err error
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}}
	db, err = bolt.Open(path, 0o600, options)
	switch {
	case errors.Is(err, bolt.ErrTimeout):
		return nil, ErrInUse
	case fromSystem(err):
		return nil, err
	case err != nil: // bbolt itself does not like what it reads
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	db.AllocSize = 1 << 20 // small disks: grow by 1 MiB, not by 16
	if err := complete(db, file); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// fromSystem reports whether the operating system said no, as for permissions or
// a full disk. That says nothing of the file.
func fromSystem(err error) bool {
	var path *fs.PathError
	var number syscall.Errno
	return errors.As(err, &path) || errors.As(err, &number)
}

// complete refuses a file that was cut short, before anybody walks its pages.
func complete(db *bolt.DB, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return db.View(func(tx *bolt.Tx) error {
		if info.Size() < tx.Size() {
			return fmt.Errorf("%d bytes long, should be %d: %w", info.Size(), tx.Size(), ErrCorrupt)
		}
		return nil
	})
}

// create makes an empty journal under another name and renames it when it is
// whole, so that a power cut leaves either none or a good one.
func create(path string) error {
	fresh := path + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	db, err := bolt.Open(fresh, 0o600, &bolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range names() {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte(format))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func folder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("folder %s may be written by others (%v)", dir, info.Mode().Perm())
	}
	return nil
}

// syncFolder makes a rename durable; on Windows the file system does it itself.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

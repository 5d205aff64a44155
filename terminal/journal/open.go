package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
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
	j, err := openWith(path, options{limits: defaults()})
	if err != nil {
		return nil, fmt.Errorf("opening journal %s: %w", path, err)
	}
	return j, nil
}

// Close waits for calls in progress and releases the file.
func (j *Journal) Close() error {
	j.gate.Lock()
	defer j.gate.Unlock()
	return errors.Join(j.closeFile(), j.lock.Close())
}

// closeFile lets a broken file go without asking bbolt, whose lock may be held
// for ever; the map stays until the process ends.
func (j *Journal) closeFile() error {
	if j.broken.Load() != nil {
		return j.file.Close()
	}
	err := caught(j.db.Close)
	if errors.Is(err, errFault) {
		j.breaks(err)
	}
	return err
}

func openWith(path string, o options) (*Journal, error) {
	lock, err := own(path)
	if err != nil {
		return nil, err
	}
	j, err := openOwned(path, o, lock)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return j, nil
}

// own makes the folder and takes the lock beside the file, which stays when the
// file itself is replaced by another.
func own(path string) (*os.File, error) {
	if err := folder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(lockWait); ; time.Sleep(lockWait / 40) {
		switch err := tryLock(lock); {
		case err == nil:
			return lock, nil
		case !errors.Is(err, ErrInUse) || time.Now().After(end):
			return nil, errors.Join(err, lock.Close())
		}
	}
}

func openOwned(path string, o options, lock *os.File) (*Journal, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, err
		}
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, err
	}
	j := &Journal{path: path, options: o, lock: lock, now: time.Now, changed: make(chan struct{})}
	if err := j.mount(); err != nil {
		return nil, err
	}
	return j, nil
}

// mount opens the file and checks all that must hold.
func (j *Journal) mount() (err error) {
	if j.db, j.file, err = openFile(j.path, j.limits.file); err != nil {
		return err
	}
	j.written = 0
	if err := caught(func() error { return checkTables(j.db) }); err != nil {
		return errors.Join(err, j.closeFile())
	}
	return nil
}

// openFile looks at every page before bbolt maps it.
func openFile(path string, most int) (*bolt.DB, *os.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	if err := errors.Join(checkFile(file), file.Close()); err != nil {
		return nil, nil, err
	}
	return mapFile(path, most)
}

func checkFile(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return checkPages(file, info.Size())
}

// mapFile has bbolt open the file, whose handle it gives too.
func mapFile(path string, most int) (db *bolt.DB, file *os.File, err error) {
	// The list of free pages is written down with each commit, though it costs a page:
	// without it bbolt walks the whole file at each opening, in a goroutine of its own
	// where a damaged page ends the process and nothing can be salvaged.
	options := &bolt.Options{Timeout: lockWait, MaxSize: most, OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
		var err error
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}}
	err = caught(func() (err error) {
		db, err = bolt.Open(path, 0o600, options)
		return err
	})
	switch {
	case errors.Is(err, errFault):
		return nil, nil, errors.Join(err, file.Close())
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, nil, ErrInUse
	case fromSystem(err):
		return nil, nil, err
	case err != nil: // bbolt itself does not like what it reads
		return nil, nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	db.AllocSize = 1 << 20 // small disks: grow by 1 MiB, not by 16
	return db, file, nil
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
		t, err := lay(tx)
		if err != nil {
			return err
		}
		return t.meta.Put([]byte("format"), []byte(format))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// lay makes the buckets of an empty file.
func lay(tx *bolt.Tx) (tables, error) {
	for _, name := range names() {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return tables{}, err
		}
	}
	return open(tx)
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

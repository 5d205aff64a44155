package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Salvage is what became of a journal that could not be trusted any more.
type Salvage struct {
	Aside   string        // where the damaged file is kept, for a technician
	Carried int           // registrations that came over whole
	Lost    int           // registrations of which the body, or all but the id, is lost
	LostIDs []protocol.ID // theirs; each keeps a record with what is still known
	// Doubtful are those of which nobody can tell how far the code had come. It is
	// taken to be in a hand: their hand-over is Unknown.
	Doubtful []protocol.ID
	// Uncertain tells that there may have been more than is counted here.
	Uncertain bool
	Cause     error // what was wrong with the file; wraps ErrCorrupt or ErrAudit
}

// OpenOrSalvage opens the journal as Open does. Where the file cannot be trusted
// it puts it aside under a name that ends in ".damaged-" and the time, and goes
// on with a fresh one, into which everything readable was carried: the Salvage
// tells what. It is nil where the file was whole. A power cut at any moment
// leaves either the old file or the new one, so the next call ends the work.
//
// Every page is looked at, also those that nothing leads to any more: an older
// copy of a record, with what the audit says of it since, is better than none.
// What the file no longer proves is judged for the citizen: a code that may be in
// a hand is never withdrawn.
func OpenOrSalvage(path string) (*Journal, *Salvage, error) {
	j, s, err := openOrSalvage(path, options{limits: defaults()})
	if err != nil {
		return nil, nil, fmt.Errorf("opening journal %s: %w", path, err)
	}
	return j, s, nil
}

func openOrSalvage(path string, o options) (*Journal, *Salvage, error) {
	lock, err := own(path)
	if err != nil {
		return nil, nil, err
	}
	j, err := openOwned(path, o, lock)
	if err == nil {
		return j, nil, nil
	}
	if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrAudit) {
		return nil, nil, errors.Join(err, lock.Close())
	}
	s, err2 := salvage(path, o, err)
	if err2 != nil {
		return nil, nil, errors.Join(fmt.Errorf("salvaging it: %w", err2), err, lock.Close())
	}
	if j, err = openOwned(path, o, lock); err != nil {
		return nil, nil, errors.Join(err, lock.Close())
	}
	return j, s, nil
}

// salvage leaves a good file at path and the damaged one beside it.
func salvage(path string, o options, cause error) (*Salvage, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	now := time.Now().UTC()
	w := sift(file, info.Size())
	plan := w.judge(now, o.limits)
	plan.report.Cause = cause
	err = plan.write(path+".new", file, o, now)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if plan.report.Aside, err = aside(path, now, o); err != nil {
		return nil, fmt.Errorf("keeping the damaged file: %w", err)
	}
	return &plan.report, o.replace(path)
}

// replace puts the new file in the place of the old one.
func (o options) replace(path string) error {
	if err := o.before("rename"); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	if err := o.before("sync-folder"); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// aside gives the damaged file a second name, so that there is no instant without
// a journal. A name that a cut-off salvage has given is used again. Where the file
// system knows no second names, it is copied.
func aside(path string, now time.Time, o options) (string, error) {
	if err := o.before("aside"); err != nil {
		return "", err
	}
	if old := named(path); old != "" {
		return old, nil
	}
	name := path + ".damaged-" + now.Format("20060102T150405.000000000Z")
	if err := os.Link(path, name); err != nil {
		if err := copyFile(path, name); err != nil {
			return "", err
		}
	}
	if err := o.before("sync-aside"); err != nil {
		return "", err
	}
	return name, syncFolder(filepath.Dir(path))
}

// named is the second name that the file has already, "" where it has none.
func named(path string) string {
	own, err := os.Stat(path)
	if err != nil {
		return ""
	}
	others, _ := filepath.Glob(path + ".damaged-*")
	for _, other := range others {
		if info, err := os.Stat(other); err == nil && os.SameFile(own, info) {
			return other
		}
	}
	return ""
}

func copyFile(from, to string) error {
	raw, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(to+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(raw)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(to+".part", to); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (o options) before(step string) error {
	if o.step == nil {
		return nil
	}
	return o.step(step)
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// A damaged journal does not end service: what can be read of it is carried over
// into a fresh one, and the damaged file is set aside. What came of that is written
// beside the damaged file, and told for as long as the file lies there: a
// technician takes it away, and with it the report.

// openJournal opens the journal, or what can be read of it.
func openJournal(path string, log *slog.Logger) (*journal.Journal, error) {
	j, s, err := journal.OpenOrSalvage(path)
	if err != nil || s == nil {
		return j, err
	}
	tellSalvage(s, log)
	if err := keepReport(s, time.Now()); err != nil {
		log.Error("service goes on", "error", err) // the damaged file is told without numbers
	}
	return j, nil
}

const reportSuffix = ".report.json"

// keepReport writes down what came of a salvage.
func keepReport(s *journal.Salvage, now time.Time) error {
	cause := ""
	if s.Cause != nil {
		cause = strings.ReplaceAll(s.Cause.Error(), "\n", "; ")
	}
	raw, err := json.MarshalIndent(status.Salvage{
		At: now.UTC(), Aside: s.Aside, Carried: s.Carried, Lost: s.Lost, LostIDs: s.LostIDs, Doubtful: s.Doubtful, Uncertain: s.Uncertain, Cause: cause,
	}, "", "  ")
	if err == nil {
		err = writeDurably(s.Aside+reportSuffix, append(raw, '\n'))
	}
	if err != nil {
		return fmt.Errorf("keeping the report of a salvage: %w", err)
	}
	return nil
}

// writeDurably writes a file under another name and renames it when it is on disk.
func writeDurably(path string, content []byte) error {
	fresh, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fresh.Write(content)
	if err := errors.Join(err, fresh.Sync(), fresh.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil || runtime.GOOS == "windows" {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// damaged lists the damaged journals that lie beside the one at path. One without a
// report is told without numbers: a power cut came before it was written.
func damaged(path string) (all []status.Salvage, err error) {
	const infix = ".damaged-"
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("looking for damaged journals: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, filepath.Base(path)+infix) || strings.HasSuffix(name, reportSuffix) || strings.HasSuffix(name, ".new") {
			continue
		}
		all = append(all, readReport(filepath.Join(filepath.Dir(path), name)))
	}
	return all, nil
}

func readReport(aside string) (s status.Salvage) {
	raw, err := os.ReadFile(aside + reportSuffix)
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return status.Salvage{Aside: aside, Cause: "the power was cut before a report was written"}
	case err != nil:
		return status.Salvage{Aside: aside, Cause: "its report cannot be read: " + err.Error()}
	}
	s.Aside = aside // wherever the folder is now
	return s
}

// tellSalvage says in the log what a technician must know.
func tellSalvage(s *journal.Salvage, log *slog.Logger) {
	log.Error("the journal was damaged; service goes on with what could be read of it", "error", s.Cause,
		"damaged_file", s.Aside, "carried", s.Carried, "lost", s.Lost, "maybe_more", s.Uncertain, "lost_ids", idTexts(s.LostIDs), "hand_overs_unknown", idTexts(s.Doubtful))
}

func idTexts(ids []protocol.ID) (texts []string) {
	for _, id := range ids {
		texts = append(texts, id.String())
	}
	return texts
}

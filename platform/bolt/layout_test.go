package bolt_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// TestEvidenceOfAnEarlierLayoutIsFound puts evidence where earlier layouts had it.
func TestEvidenceOfAnEarlierLayoutIsFound(t *testing.T) {
	t.Run("under its id", func(t *testing.T) { findsEarlierEvidence(t, "2", "") })
	t.Run("under its arrival", func(t *testing.T) { findsEarlierEvidence(t, "3", "20261124013000") })
}

func findsEarlierEvidence(t *testing.T, layout, under string) {
	path := filepath.Join(t.TempDir(), "platform.db")
	at := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	r := platform.Registration{ID: protocol.NewID(), Verdict: protocol.Accepted, Arrived: at, Receipt: []byte("r")}
	s := ok(bolt.Open(path))(t)
	must(t, s.Update(t.Context(), func(w platform.Writing) error {
		return w.AddRegistration(r, platform.Evidence{Registration: []byte("jws"), Photo: []byte("face")})
	}))
	must(t, s.Close())
	asInLayout(t, path, layout, append([]byte(under), r.ID[:]...), r)

	s = ok(bolt.Open(path))(t)
	defer s.Close()
	var e platform.Evidence
	must(t, s.Update(t.Context(), func(w platform.Writing) (err error) {
		must(t, w.AddCheck(r.ID, platform.Check{What: "later"}))
		must(t, w.DropPhoto(r.ID))
		e, err = w.Evidence(r.ID)
		return err
	}))
	if string(e.Registration) != "jws" || len(e.Checks) != 1 || e.Photo != nil {
		t.Errorf("got %+v", e)
	}
	must(t, s.Update(t.Context(), func(w platform.Writing) error { return w.EraseRegistration(r.ID, at) }))
	err := s.View(t.Context(), func(r2 platform.Reading) error { _, err := r2.Evidence(r.ID); return err })
	if err == nil {
		t.Error("the evidence stays when its registration is erased")
	}
}

func asInLayout(t *testing.T, path, layout string, key []byte, r platform.Registration) {
	db := ok(bbolt.Open(path, 0o600, nil))(t)
	must(t, db.Update(func(tx *bbolt.Tx) error {
		evidence := tx.Bucket([]byte("evidence"))
		now, _ := evidence.Cursor().First()
		must(t, evidence.Delete(bytes.Clone(now)))
		must(t, evidence.Put(key, ok(json.Marshal(platform.Evidence{Registration: []byte("jws"), Photo: []byte("face")}))(t)))
		must(t, tx.Bucket([]byte("registrations")).Put(r.ID[:], ok(json.Marshal(r))(t)))
		return tx.Bucket([]byte("meta")).Put([]byte("layout"), []byte(layout))
	}))
	must(t, db.Close())
}

// TestStoreOfTheLayoutBeforeContestsTakesThem: layout 4 knew of no objections.
func TestStoreOfTheLayoutBeforeContestsTakesThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "platform.db")
	must(t, ok(bolt.Open(path))(t).Close())
	db := ok(bbolt.Open(path, 0o600, nil))(t)
	must(t, db.Update(func(tx *bbolt.Tx) error {
		must(t, tx.DeleteBucket([]byte("objections")))
		return tx.Bucket([]byte("meta")).Put([]byte("layout"), []byte("4"))
	}))
	must(t, db.Close())
	s := ok(bolt.Open(path))(t)
	must(t, s.Update(t.Context(), func(w platform.Writing) error { return w.KeepObjection(platform.Objection{By: "desk"}) }))
	must(t, s.Close())
	db = ok(bbolt.Open(path, 0o600, nil))(t)
	defer db.Close()
	must(t, db.View(func(tx *bbolt.Tx) error {
		if layout := string(tx.Bucket([]byte("meta")).Get([]byte("layout"))); layout == "4" {
			t.Error("a program that knows nothing of contests would open it, and activate what is contested")
		}
		return nil
	}))
}

package platform_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// TestEvidenceOfAnEarlierLayoutIsFound puts evidence where layout 2 had it.
func TestEvidenceOfAnEarlierLayoutIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "platform.db")
	at := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	r := platform.Registration{ID: protocol.NewID(), Verdict: protocol.Accepted, Arrived: at, Receipt: []byte("r")}
	s := ok(platform.OpenStore(path))(t)
	must(t, s.Update(background, func(w platform.Writing) error {
		return w.AddRegistration(r, platform.Evidence{Registration: []byte("jws"), Photo: []byte("face")})
	}))
	must(t, s.Close())
	asInLayout2(t, path, r.ID)

	s = ok(platform.OpenStore(path))(t)
	defer s.Close()
	var e platform.Evidence
	must(t, s.Update(background, func(w platform.Writing) (err error) {
		must(t, w.AddCheck(r.ID, platform.Check{What: "later"}))
		must(t, w.DropPhoto(r.ID))
		e, err = w.Evidence(r.ID)
		return err
	}))
	if string(e.Registration) != "jws" || len(e.Checks) != 1 || e.Photo != nil {
		t.Errorf("got %+v", e)
	}
	must(t, s.Update(background, func(w platform.Writing) error { return w.EraseRegistration(r.ID, at) }))
	err := s.View(background, func(r2 platform.Reading) error { _, err := r2.Evidence(r.ID); return err })
	if err == nil {
		t.Error("the evidence stays when its registration is erased")
	}
}

func asInLayout2(t *testing.T, path string, id protocol.ID) {
	db := ok(bolt.Open(path, 0o600, nil))(t)
	must(t, db.Update(func(tx *bolt.Tx) error {
		evidence := tx.Bucket([]byte("evidence"))
		key, value := evidence.Cursor().First()
		key, value = bytes.Clone(key), bytes.Clone(value)
		must(t, evidence.Delete(key))
		must(t, evidence.Put(id[:], value))
		return tx.Bucket([]byte("meta")).Put([]byte("layout"), []byte("2"))
	}))
	must(t, db.Close())
}

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// beats keeps, in the store of a platform that rests, a terminal whose last
// heartbeat signed the head of its audit trail.
func beats(t *testing.T, path, id string, entries uint64, head protocol.Digest) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Second)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now, NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := protocol.SignHeartbeat(protocol.Heartbeat{
		TerminalID: id, Time: now, Protection: protocol.ProtectionFile, AuditEntries: entries, AuditHead: head,
		ReaderState: "online", PrinterState: "online", Paper: "full",
	}, key, cert)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, path, func(w platform.Writing) error {
		return errors.Join(
			w.AddCertificate(platform.Certificate{Kid: protocol.CertificateKid(cert), TerminalID: id, Role: platform.DeviceRole, DER: der}),
			w.KeepTerminal(platform.Terminal{ID: id, Admitted: now, Seen: now, Heartbeat: jws}))
	})
}

func keep(t *testing.T, path string, change func(platform.Writing) error) {
	t.Helper()
	store, err := bolt.Open(filepath.Join(filepath.Dir(path), "platform.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Update(t.Context(), change), store.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestTerminalsTellTheAuditHeadOfTheLastHeartbeat(t *testing.T) {
	path, head := founded(t), protocol.SHA256([]byte("the last entry"))
	beats(t, path, "atm-0001", 1207, head)
	keep(t, path, func(w platform.Writing) error {
		return errors.Join(w.KeepTerminal(platform.Terminal{ID: "atm-0002"}),
			w.KeepTerminal(platform.Terminal{ID: "atm-0003", Heartbeat: []byte("no heartbeat")}))
	})
	lines := strings.Split(do(t, "-config", path, "terminals"), "\n")
	if want := "audit_entries 1207 audit_head " + head.String(); !strings.HasSuffix(lines[0], want) {
		t.Errorf("got %q, want a line that ends in %q", lines[0], want)
	}
	if !strings.HasSuffix(lines[1], "seen never") {
		t.Errorf("got %q, want nothing about a heartbeat that never came", lines[1])
	}
	if !strings.Contains(lines[2], "reading the last heartbeat") {
		t.Errorf("got %q, want a word on a heartbeat that cannot be read", lines[2])
	}
	var all []machine
	if err := json.Unmarshal([]byte(do(t, "-config", path, "terminals", "json")), &all); err != nil || len(all) != 3 {
		t.Fatalf("as JSON: got %d terminals, %v, want 3", len(all), err)
	}
	if all[0].AuditEntries != 1207 || all[0].AuditHead != head || all[1].AuditEntries != 0 || all[2].Error == "" {
		t.Errorf("as JSON: got %+v", all)
	}
}

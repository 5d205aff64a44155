package terminal_test

import (
	"context"
	"crypto/x509"
	"errors"
	"sync"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// An office is the platform at the other end of the outbox. It opens every
// envelope and verifies all of it, as the real one does; what it then says is
// set by the test.
type office struct {
	bench              *bench
	seal, receipt, top protocol.PrivateKey

	mu      sync.Mutex
	says    string // accepted, received, refused-<reason>, silent or unreachable
	key     protocol.KeyVerdict
	opened  map[protocol.ID]protocol.Application
	codes   map[protocol.ID]string
	photos  map[protocol.ID][]byte
	queries int
}

func newOffice(b *bench) *office {
	return &office{
		bench: b, seal: protocol.NewPrivateKey(), receipt: protocol.NewPrivateKey(), top: protocol.NewPrivateKey(),
		says: "accepted", key: protocol.KeyOpen,
		opened: map[protocol.ID]protocol.Application{}, codes: map[protocol.ID]string{}, photos: map[protocol.ID][]byte{},
	}
}

func (o *office) bundle(ca *haltest.CA) *protocol.Bundle {
	b := &protocol.Bundle{
		Version: 1, PlatformID: "platform-test", Environment: protocol.Test,
		EncryptionKeys: []protocol.PublicKey{o.seal.PublicKey()}, ReceiptKeys: []protocol.PublicKey{o.receipt.PublicKey()},
		BundleKeys:      []protocol.PublicKey{o.top.PublicKey()},
		SigningPolicies: []string{mynumber.TestSigningPolicy().String()}, CodeProfile: protocol.Digits6,
		Photo: protocol.PhotoOff, Offline: protocol.OfflineAllow, Languages: []string{"ja", "en"},
		Contact: map[string]string{"ja": "お問い合わせ 0120-000-000", "en": "Call 0120-000-000"},
		Limits:  protocol.Limits{MaxUnsent: 100, MaxUnsentHours: 72, MaxSkewSeconds: 300}, Issued: epoch(),
	}
	for _, c := range ca.Certificates() {
		b.JPKI = append(b.JPKI, c.Raw)
	}
	return b
}

func (o *office) say(word string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.says = word
}

func (o *office) answer(v protocol.KeyVerdict) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.key = v
}

func (o *office) word() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.says
}

func (o *office) Reachable() bool { return o.word() != "unreachable" }

func (o *office) byKid(string) (protocol.PrivateKey, error) { return o.seal, nil }

func (o *office) terminalCert(string) (*x509.Certificate, error) {
	return o.bench.config.Identity.Certificate, nil
}

// QueryKey opens the query and signs an answer.
func (o *office) QueryKey(ctx context.Context, jwe []byte) ([]byte, error) {
	if o.word() == "silent" {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	if _, _, err := protocol.OpenKeyQuery(jwe, o.byKid, o.terminalCert); err != nil {
		o.bench.t.Error("opening a key query: ", err)
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queries++
	a := protocol.KeyAnswer{QuerySHA256: protocol.SHA256(jwe), Verdict: o.key, Time: o.bench.now().UTC()}
	if o.key == protocol.KeyOpen {
		a.Pictures = [2]protocol.Picture{"sun", "fish"}
	}
	return protocol.SignKeyAnswer(a, o.receipt)
}

var errNoWay = errors.New("no way to the platform")

// Await takes the envelope from the journal, opens it and settles it.
func (o *office) Await(ctx context.Context, id protocol.ID) (protocol.Receipt, error) {
	switch o.word() {
	case "unreachable":
		return protocol.Receipt{}, errNoWay
	case "silent":
		<-ctx.Done()
		return protocol.Receipt{}, context.Cause(ctx)
	}
	_, body, err := o.bench.journal.Body(id)
	if err != nil {
		return protocol.Receipt{}, err
	}
	o.open(id, body)
	r := o.verdict(id, body)
	if err := o.bench.journal.Settle(r); err != nil {
		o.bench.t.Error("settling: ", err)
	}
	return r, nil
}

func (o *office) verdict(id protocol.ID, body []byte) protocol.Receipt {
	r := protocol.Receipt{ID: id, BodySHA256: protocol.SHA256(body), Time: o.bench.now().UTC()}
	switch word := o.word(); word {
	case "accepted":
		r.Verdict = protocol.Accepted
	case "received":
		r.Verdict = protocol.Received
	default:
		r.Verdict, r.Reason = protocol.Refused, word[len("refused-"):]
	}
	return r
}

// open is all that the platform verifies.
func (o *office) open(id protocol.ID, envelope []byte) {
	t := o.bench.t
	content, err := protocol.Open(envelope, o.byKid)
	if err != nil {
		t.Error("opening an envelope: ", err)
		return
	}
	cms, _, err := protocol.VerifyRegistration(content.Registration, o.terminalCert)
	if err != nil {
		t.Error("verifying a registration: ", err)
		return
	}
	a, cert, _, err := protocol.VerifyApplication(cms)
	if err != nil {
		t.Error("verifying an application: ", err)
		return
	}
	if want := o.bench.card.Certificate(); !cert.Equal(want) || a.RegistrationID != id {
		t.Error("application of another card or registration")
	}
	if a.CodeCommitment != protocol.Commitment(content.Salt, content.Code) {
		t.Error("code does not fit its commitment")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, twice := o.opened[id]; twice {
		t.Errorf("registration %s came twice", id)
	}
	o.opened[id], o.codes[id], o.photos[id] = a, string(content.Code.Whole()), content.Photo
}

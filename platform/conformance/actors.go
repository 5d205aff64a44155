package conformance

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// machine is a terminal with its way to the platform.
type machine struct {
	t *trial
	Terminal
	carry *http.Client
}

// phone is an app with its key.
type phone struct {
	t   *trial
	key protocol.PrivateKey
}

func (t *trial) phone() phone { return phone{t, protocol.NewPrivateKey()} }

func (t *trial) nonce(ctx context.Context) (string, error) {
	r, err := t.ask(ctx, t.apps, asIs(get(protocol.PathNonce)))
	if err != nil {
		return "", err
	}
	var n protocol.Nonce
	return n.Nonce, r.read(&n)
}

// asks is a request for a registration key, signed by the app.
func (a phone) asks(ctx context.Context) (query, error) {
	nonce, err := a.t.nonce(ctx)
	if err != nil {
		return query{}, err
	}
	jws, err := protocol.SignKeyRequest(protocol.KeyRequest{Nonce: nonce, Time: now()}, a.key)
	return post(protocol.PathKeys, jws), err
}

// registers gets a registration key.
func (a phone) registers(ctx context.Context) (issued protocol.IssuedKey, err error) {
	r, err := a.t.ask(ctx, a.t.apps, a.asks)
	if err != nil {
		return issued, err
	}
	return issued, r.read(&issued)
}

// claim is a request to activate.
func (a phone) claim(key protocol.RegistrationKey, code protocol.Code, confirm bool) func(context.Context) (query, error) {
	return func(ctx context.Context) (query, error) {
		nonce, err := a.t.nonce(ctx)
		if err != nil {
			return query{}, err
		}
		said := protocol.ActivationRequest{Nonce: nonce, Key: key, Code: code, Confirm: confirm}
		jws, err := protocol.SignActivation(said, a.key)
		return post(protocol.PathActivations, jws), err
	}
}

func (a phone) activates(ctx context.Context, key protocol.RegistrationKey, code protocol.Code, confirm bool) (reply, error) {
	return a.t.ask(ctx, a.t.apps, a.claim(key, code, confirm))
}

// visit is one registration at a terminal, before it is sealed: what a promise
// changes of it is the lie that the platform has to see through.
type visit struct {
	path    protocol.ID // of the PUT
	app     protocol.Application
	content protocol.Content
	citizen Citizen
	device  crypto.Signer
	cert    *x509.Certificate
	to      protocol.PublicKey
	spoil   func(cms []byte) // after the citizen signed
}

func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

func (m *machine) visit(key protocol.RegistrationKey) *visit {
	id, salt := protocol.NewID(), make([]byte, 16)
	rand.Read(salt)
	code := protocol.NewCode(m.t.bundle.CodeProfile)
	v := &visit{
		path: id, citizen: m.t.subject.Citizen, device: m.Device, cert: m.DeviceCertificate, to: m.t.bundle.EncryptionKeys[0],
		content: protocol.Content{Code: code, Salt: salt},
		app: protocol.Application{
			Version: protocol.Version, RegistrationID: id, PlatformID: m.t.bundle.PlatformID, TerminalID: m.ID(),
			RegistrationKey: key, Attributes: m.t.attrs, CodeCommitment: protocol.Commitment(salt, code),
			Consent: m.t.subject.Consent, Time: now(), Revocation: protocol.NotChecked,
		},
	}
	if m.t.bundle.Photo == protocol.PhotoRequired {
		v.content.Photo = []byte("no photo, but the bytes of one")
		digest := protocol.SHA256(v.content.Photo)
		v.app.PhotoSHA256, v.app.PhotoCheck = &digest, protocol.PhotoChecked
	}
	return v
}

// seal makes the envelope.
func (v *visit) seal() ([]byte, error) {
	cms, err := v.app.Sign(v.citizen.Key, v.citizen.Certificate)
	if err != nil {
		return nil, err
	}
	if v.spoil != nil {
		v.spoil(cms)
	}
	if v.content.Registration, err = protocol.SignRegistration(cms, v.device, v.cert); err != nil {
		return nil, err
	}
	return protocol.Seal(v.content, v.to)
}

// delivers makes one delivery.
func (m *machine) delivers(ctx context.Context, id protocol.ID, envelope []byte) (reply, error) {
	return m.t.ask(ctx, m.carry, asIs(put(protocol.PathRegistrations, id, envelope)))
}

// receipt verifies an answer as a terminal does.
func (t *trial) receipt(r reply, id protocol.ID, body []byte) (protocol.Receipt, error) {
	if err := r.want(http.StatusOK, ""); err != nil {
		return protocol.Receipt{}, err
	}
	receipt, err := protocol.VerifyReceipt(r.body, t.bundle.ReceiptKeys, id, protocol.SHA256(body))
	if err != nil {
		return protocol.Receipt{}, fmt.Errorf("%s: %w", r.asked, err)
	}
	return receipt, nil
}

// settled delivers until the platform has judged.
func (m *machine) settled(ctx context.Context, id protocol.ID, envelope []byte) (reply, protocol.Receipt, error) {
	for until := time.Now().Add(m.t.subject.Settle); ; {
		r, err := m.delivers(ctx, id, envelope)
		if err != nil {
			return r, protocol.Receipt{}, err
		}
		receipt, err := m.t.receipt(r, id, envelope)
		if err != nil || receipt.Verdict != protocol.Received {
			return r, receipt, err
		}
		if time.Now().After(until) {
			return r, receipt, fmt.Errorf("%s: received and not judged after %s: give the platform a fresh list of revocations of the citizen's authority", r.asked, m.t.subject.Settle)
		}
		if err := sleep(ctx, time.Second/2); err != nil {
			return r, receipt, err
		}
	}
}

// judged delivers an envelope and demands a verdict and, of a refusal, one of
// some reasons.
func (m *machine) judged(ctx context.Context, v *visit, want protocol.Verdict, reasons ...string) (reply, []byte, error) {
	envelope, err := v.seal()
	if err != nil {
		return reply{}, nil, err
	}
	r, receipt, err := m.settled(ctx, v.path, envelope)
	if err != nil {
		return r, envelope, err
	}
	return r, envelope, wantVerdict(r, receipt, want, reasons...)
}

func wantVerdict(r reply, receipt protocol.Receipt, want protocol.Verdict, reasons ...string) error {
	fits := len(reasons) == 0
	for _, reason := range reasons {
		fits = fits || receipt.Reason == reason
	}
	if receipt.Verdict == want && fits {
		return nil
	}
	return fmt.Errorf("%s: got the verdict %s %s, want %s %v", r.asked, receipt.Verdict, receipt.Reason, want, reasons)
}

// slip is a registration that was accepted, with what its citizen holds.
type slip struct {
	app      phone
	issued   protocol.IssuedKey
	v        *visit
	envelope []byte
	receipt  reply
}

// registered has a citizen visit a terminal with a new app.
func (t *trial) registered(ctx context.Context) (s slip, err error) {
	s.app = t.phone()
	if s.issued, err = s.app.registers(ctx); err != nil {
		return s, err
	}
	s.v = t.machines[0].visit(s.issued.RegistrationKey)
	s.receipt, s.envelope, err = t.machines[0].judged(ctx, s.v, protocol.Accepted)
	return s, err
}

// delivered is like registered under a key that the whole run shares: platforms
// count the keys that one address asks for. Nobody may try its code, since a wrong
// one counts against every registration of a key.
func (t *trial) delivered(ctx context.Context) (s slip, err error) {
	if s.issued.RegistrationKey, err = t.sharedKey(ctx); err != nil {
		return s, err
	}
	s.v = t.machines[0].visit(s.issued.RegistrationKey)
	s.receipt, s.envelope, err = t.machines[0].judged(ctx, s.v, protocol.Accepted)
	return s, err
}

// sharedKey is open for the whole run.
func (t *trial) sharedKey(ctx context.Context) (protocol.RegistrationKey, error) {
	if t.shared.IsZero() {
		issued, err := t.phone().registers(ctx)
		if err != nil {
			return protocol.RegistrationKey{}, err
		}
		t.shared = issued.RegistrationKey
	}
	return t.shared, nil
}

func (s slip) activates(ctx context.Context, confirm bool) (reply, error) {
	return s.app.activates(ctx, s.issued.RegistrationKey, s.v.content.Code, confirm)
}

// status activates and demands a success of that status.
func (s slip) status(ctx context.Context, confirm bool, want string) (protocol.Activation, error) {
	r, err := s.activates(ctx, confirm)
	if err != nil {
		return protocol.Activation{}, err
	}
	return activation(r, want)
}

func activation(r reply, want string) (a protocol.Activation, err error) {
	if err := r.read(&a); err != nil {
		return a, err
	}
	if a.Status == protocol.Review && want == protocol.Bound {
		return a, fmt.Errorf("%s: the test citizen waits for manual review: give one whom the platform has no account for, or the same one always", r.asked)
	}
	if a.Status != want {
		return a, fmt.Errorf("%s: got the status %q, want %q", r.asked, a.Status, want)
	}
	return a, nil
}

// other is a code that is not this one, of the same kind: another for each n of 1
// to 9.
func other(code protocol.Code, n int) protocol.Code {
	chars := bytes.Clone(code.Whole())
	chars[0] = '0' + byte((int(chars[0]-'0')+n)%10) // a digit stands well in every profile
	wrong, err := protocol.ParseCode(code.Profile(), chars)
	if err != nil {
		panic(err) // a digit in place of a character leaves a code a code
	}
	return wrong
}

// withdrawal is the terminal's "forget that id".
func (m *machine) withdrawal(id protocol.ID, at time.Time) ([]byte, error) {
	return protocol.SignWithdrawal(protocol.Withdrawal{ID: id, TerminalID: m.ID(), Time: at}, m.Device, m.DeviceCertificate)
}

func (m *machine) withdraws(ctx context.Context, id protocol.ID) (reply, []byte, error) {
	body, err := m.withdrawal(id, now())
	if err != nil {
		return reply{}, nil, err
	}
	r, err := m.t.ask(ctx, m.carry, asIs(put(protocol.PathWithdrawals, id, body)))
	return r, body, err
}

// question is a sealed question about a key.
func (m *machine) question(key protocol.RegistrationKey) ([]byte, error) {
	nonce := make([]byte, 16)
	rand.Read(nonce)
	said := protocol.KeyQuery{Key: key, TerminalID: m.ID(), Nonce: nonce, Time: now()}
	return protocol.SealKeyQuery(said, m.Device, m.DeviceCertificate, m.t.bundle.EncryptionKeys[0])
}

// verdict asks about a key and verifies the answer as a terminal does.
func (m *machine) verdict(ctx context.Context, key protocol.RegistrationKey, want protocol.KeyVerdict) (protocol.KeyAnswer, error) {
	body, err := m.question(key)
	if err != nil {
		return protocol.KeyAnswer{}, err
	}
	r, err := m.t.ask(ctx, m.carry, asIs(post(protocol.PathKeyQuery, body)))
	if err != nil {
		return protocol.KeyAnswer{}, err
	}
	if err := r.want(http.StatusOK, ""); err != nil {
		return protocol.KeyAnswer{}, err
	}
	answer, err := protocol.VerifyKeyAnswer(r.body, m.t.bundle.ReceiptKeys, protocol.SHA256(body))
	if err != nil {
		return answer, fmt.Errorf("%s: %w", r.asked, err)
	}
	if answer.Verdict != want {
		return answer, fmt.Errorf("%s: got the verdict %s, want %s", r.asked, answer.Verdict, want)
	}
	return answer, nil
}

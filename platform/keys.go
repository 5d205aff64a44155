package platform

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// keyLife is how long a registration key can be brought to a terminal.
const keyLife = 30 * 24 * time.Hour

// giveNonce is GET /v1/nonce.
func (p *Platform) giveNonce(_ context.Context, c call) (answer, error) {
	return jsonAnswer(http.StatusOK, protocol.Nonce{Nonce: p.nonces.make(c.now)})
}

func jsonAnswer(status int, v any) (answer, error) {
	body, err := json.Marshal(v)
	return answer{status: status, media: protocol.MediaJSON, body: body}, err
}

// issueKey is POST /v1/registration-keys: provisional registration (仮登録). The
// app proves possession of its key; the registration key is that app's alone.
func (p *Platform) issueKey(ctx context.Context, c call) (answer, error) {
	if wait := p.limits.keysPerAddress.wait(c.address(), c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	said, err := protocol.VerifyKeyRequest(c.body)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, "not a key request signed by its own key")
	}
	spent, err := p.nonces.check(said.Nonce, c.now)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeNonce, "")
	}
	app := said.JWK.Kid()
	if wait := p.limits.keysPerApp.wait(app, c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	k := Key{App: app, Pictures: drawPictures(), Issued: c.now, Expires: c.now.Add(keyLife)}
	err = p.store.Update(ctx, func(w Writing) error { return p.openKey(w, &k, said.JWK, spent) })
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, protocol.IssuedKey{RegistrationKey: k.Key, Expires: k.Expires, Pictures: k.Pictures})
}

// openKey draws until a key is new: of ten thousand million few are taken.
func (p *Platform) openKey(w Writing, k *Key, public protocol.PublicKey, spent SpentNonce) error {
	if err := spendNonce(w, spent); err != nil {
		return err
	}
	if _, err := w.App(k.App); errors.Is(err, ErrNotFound) {
		err = w.KeepApp(App{Thumbprint: k.App, PublicKey: public, Since: k.Issued})
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	for {
		k.Key = protocol.NewRegistrationKey()
		if err := w.IssueKey(*k); !errors.Is(err, ErrExists) {
			return err
		}
	}
}

func spendNonce(w Writing, n SpentNonce) error {
	err := w.SpendNonce(n)
	if errors.Is(err, ErrExists) {
		return problem(http.StatusBadRequest, protocol.CodeNonce, "")
	}
	return err
}

// drawPictures draws two different ones.
func drawPictures() protocol.MatchPictures {
	all := protocol.Pictures()
	first := draw(len(all))
	rest := slices.Delete(slices.Clone(all), first, first+1)
	return protocol.MatchPictures{all[first], rest[draw(len(rest))]}
}

// draw is one of n, each as likely as any other.
func draw(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return int(i.Int64())
}

// answerKeyQuery is POST /v1/registration-keys/query: a terminal asks, sealed and
// signed; whoever carries question and answer reads neither key nor terminal.
func (p *Platform) answerKeyQuery(ctx context.Context, c call) (answer, error) {
	said, cert, err := protocol.OpenKeyQuery(c.body, p.keys.Opens, p.deviceCertificate(ctx))
	if errors.Is(err, files.ErrUnread) {
		return answer{}, err
	}
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, "not a terminal's question sealed to us")
	}
	if err := p.samePeer(cert, said.TerminalID, c.peer); err != nil {
		return answer{}, err
	}
	skew := time.Duration(p.config.Limits.MaxSkewSeconds) * time.Second
	if said.Time.Sub(c.now).Abs() > skew || !within(cert, c.now) {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeClock, "")
	}
	if wait := p.limits.queriesPerMachine.wait(c.peer, c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	verdict, pictures, err := p.verdictOn(ctx, said.Key, c.now)
	if err != nil {
		return answer{}, err
	}
	jws, err := protocol.SignKeyAnswer(protocol.KeyAnswer{
		QuerySHA256: protocol.SHA256(c.body), Verdict: verdict, Pictures: pictures, Time: c.now,
	}, p.keys.Current(keyring.ReceiptKey))
	return signedAnswer(jws), err
}

func (p *Platform) verdictOn(ctx context.Context, key protocol.RegistrationKey, now Moment) (v protocol.KeyVerdict, pictures protocol.MatchPictures, err error) {
	err = p.store.View(ctx, func(r Reading) error {
		k, err := r.Key(key)
		switch {
		case errors.Is(err, ErrNotFound):
			v = protocol.KeyUnknown
			return nil
		case err != nil:
			return err
		case k.Used != nil:
			v = protocol.KeyUsed
		case !now.Before(k.Expires):
			v = protocol.KeyExpired
		default:
			v, pictures = protocol.KeyOpen, k.Pictures
		}
		return nil
	})
	return v, pictures, err
}

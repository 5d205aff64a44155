package conformance

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Registration keys (本登録キー): how an app gets one, how a terminal asks about it.

func keyPromises() []Promise {
	return []Promise{
		{"nonce-is-new", "no nonce comes twice", "getNonce: A nonce for one request of an app", nonceIsNew},
		{"nonce-serves-once", "a request that was answered is not taken again", "getNonce: A nonce for one request of an app", nonceServesOnce},
		{"nonce-is-its-own", "a nonce that the platform did not give is refused", "issueKey: 400", nonceIsItsOwn},
		{"key-is-issued", "a signed request gets a key of its own, whose check digits are right, and two pictures", "issueKey; schema/issued-key.json", keyIsIssued},
		{"key-needs-possession", "who cannot sign with the key that is named gets none", "issueKey: A registration key for the app that signs", keyNeedsPossession},
		{"query-tells-open-and-unknown", "a sealed question is answered: open with the app's two pictures, or unknown with none", "queryKey; schema/key-answer.json", queryTells},
		{"query-tells-expired", "a key whose time is over is told apart from one that never was", "queryKey; schema/key-answer.json verdict expired", queryTellsExpired},
		{"query-answer-names-question", "the answer is signed by a receipt key over the SHA-256 of the question", "queryKey: The answer, over the SHA-256 of the question", queryNamesQuestion},
		{"query-needs-terminal", "a question that no admitted device key signed is not answered", "queryKey: 400, 403", queryNeedsTerminal},
	}
}

func nonceIsNew(ctx context.Context, t *trial) error {
	seen := map[string]bool{}
	for range 4 {
		nonce, err := t.nonce(ctx)
		if err != nil {
			return err
		}
		if seen[nonce] {
			return errors.New("GET " + protocol.PathNonce + ": the same nonce came twice")
		}
		seen[nonce] = true
	}
	return nil
}

func nonceServesOnce(ctx context.Context, t *trial) error {
	app := t.phone()
	var last query
	r, err := t.ask(ctx, t.apps, func(ctx context.Context) (q query, err error) {
		last, err = app.asks(ctx)
		return last, err
	})
	if err != nil {
		return err
	}
	if err := r.want(http.StatusOK, ""); err != nil {
		return err
	}
	if r, err = t.ask(ctx, t.apps, asIs(last)); err != nil {
		return err
	}
	return r.want(http.StatusBadRequest, protocol.CodeNonce)
}

func nonceIsItsOwn(ctx context.Context, t *trial) error {
	nonce := base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{7}, 40))
	jws, err := protocol.SignKeyRequest(protocol.KeyRequest{Nonce: nonce, Time: now()}, protocol.NewPrivateKey())
	if err != nil {
		return err
	}
	r, err := t.ask(ctx, t.apps, asIs(post(protocol.PathKeys, jws)))
	if err != nil {
		return err
	}
	return r.want(http.StatusBadRequest, protocol.CodeNonce)
}

func keyIsIssued(ctx context.Context, t *trial) error {
	app := t.phone()
	first, err := app.registers(ctx)
	if err != nil {
		return err
	}
	second, err := app.registers(ctx)
	if err != nil {
		return err
	}
	switch {
	case first.RegistrationKey == second.RegistrationKey:
		return errors.New("two requests got the same registration key")
	case !first.Expires.After(now()):
		return fmt.Errorf("the registration key expires %s, before it can be used", first.Expires)
	}
	return nil
}

// keyNeedsPossession puts another app's key into what an app signed.
func keyNeedsPossession(ctx context.Context, t *trial) error {
	mine, theirs := t.phone(), t.phone()
	r, err := t.ask(ctx, t.apps, func(ctx context.Context) (query, error) {
		q, err := mine.asks(ctx)
		if err != nil {
			return q, err
		}
		q.body, err = claiming(q.body, theirs.key.PublicKey())
		return q, err
	})
	if err != nil {
		return err
	}
	return r.want(http.StatusBadRequest, "")
}

// claiming exchanges the key that a key request names, and keeps the signature.
func claiming(jws []byte, key protocol.PublicKey) ([]byte, error) {
	return reworded(jws, func(header, payload map[string]any) { header["kid"], payload["jwk"] = key.Kid(), key })
}

// named exchanges the kid of a JWS, and keeps the signature.
func named(jws []byte, kid string) ([]byte, error) {
	return reworded(jws, func(header, _ map[string]any) { header["kid"] = kid })
}

// reworded changes what a JWS says and leaves its signature.
func reworded(jws []byte, change func(header, payload map[string]any)) ([]byte, error) {
	rawHeader, rawPayload, err := opened(jws)
	if err != nil {
		return nil, err
	}
	var header, payload map[string]any
	if err := errors.Join(json.Unmarshal(rawHeader, &header), json.Unmarshal(rawPayload, &payload)); err != nil {
		return nil, err
	}
	change(header, payload)
	newHeader, bad := json.Marshal(header)
	newPayload, worse := json.Marshal(payload)
	encode, signature := base64.RawURLEncoding.EncodeToString, jws[bytes.LastIndexByte(jws, '.'):]
	return fmt.Appendf(nil, "%s.%s%s", encode(newHeader), encode(newPayload), signature), errors.Join(bad, worse)
}

func queryTells(ctx context.Context, t *trial) error {
	issued, err := t.phone().registers(ctx)
	if err != nil {
		return err
	}
	answer, err := t.machines[0].verdict(ctx, issued.RegistrationKey, protocol.KeyOpen)
	if err != nil {
		return err
	}
	if answer.Pictures != issued.Pictures {
		return fmt.Errorf("POST %s: got the pictures %v, and the app was given %v", protocol.PathKeyQuery, answer.Pictures, issued.Pictures)
	}
	_, err = t.machines[0].verdict(ctx, protocol.NewRegistrationKey(), protocol.KeyUnknown)
	return err
}

func queryTellsExpired(ctx context.Context, t *trial) error {
	if t.subject.ExpiredKey.IsZero() {
		return notAsked("it takes a registration key that has expired")
	}
	_, err := t.machines[0].verdict(ctx, t.subject.ExpiredKey, protocol.KeyExpired)
	return err
}

// queryNamesQuestion asks two questions about one key: an answer to one of them is
// none to the other.
func queryNamesQuestion(ctx context.Context, t *trial) error {
	issued, err := t.phone().registers(ctx)
	if err != nil {
		return err
	}
	for range 2 {
		if _, err := t.machines[0].verdict(ctx, issued.RegistrationKey, protocol.KeyOpen); err != nil {
			return err
		}
	}
	return nil
}

func queryNeedsTerminal(ctx context.Context, t *trial) error {
	m := t.machines[0]
	key, cert, err := impostor(m, false)
	if err != nil {
		return err
	}
	liar := &machine{t: t, Terminal: Terminal{Device: key, DeviceCertificate: cert}, carry: m.carry}
	body, err := liar.question(protocol.NewRegistrationKey())
	if err != nil {
		return err
	}
	for _, body := range [][]byte{body, []byte("not.a.question")} {
		r, err := t.ask(ctx, m.carry, asIs(post(protocol.PathKeyQuery, body)))
		if err != nil {
			return err
		}
		if err := r.wantOneOf(http.StatusBadRequest, http.StatusForbidden); err != nil {
			return err
		}
	}
	return nil
}

package conformance

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What is signed is parsed strictly: a signer whom the platform trusts signs
// things that no program of ours would.

func strictPromises() []Promise {
	return []Promise{
		{"json-is-strict", "signed JSON with an unknown member, one given twice, null or data behind its end is refused", "info.description: JSON is parsed strictly",
			func(ctx context.Context, t *trial) error { return t.refusesTwists(ctx, payloadTwists()) }},
		{"jws-header-is-strict", "a JWS of another typ, of no algorithm or with unknown header members is refused", "schema/jws-header.json; x-typ",
			func(ctx context.Context, t *trial) error { return t.refusesTwists(ctx, headerTwists()) }},
	}
}

// A twist changes what is signed, before it is signed.
type twist struct {
	what            string
	header, payload func(string) string // nil leaves it
	unsigned        bool
}

func payloadTwists() []twist {
	return []twist{
		{what: "an unknown member", payload: func(s string) string { return `{"more":1,` + s[1:] }},
		{what: "a member given twice", payload: func(s string) string { return `{` + member(s, "time") + `,` + s[1:] }},
		{what: "null", payload: func(s string) string { return strings.Replace(s, member(s, "time"), `"time":null`, 1) }},
		{what: "data behind the end", payload: func(s string) string { return s + `{}` }},
		{what: "no object", payload: func(string) string { return `[]` }},
	}
}

func headerTwists() []twist {
	unsign := func(s string) string { return strings.Replace(s, member(s, "alg"), `"alg":"none"`, 1) }
	return []twist{
		{what: "the typ of a heartbeat", header: func(s string) string {
			return strings.Replace(s, member(s, "typ"), `"typ":"watashi-heartbeat+jws"`, 1)
		}},
		{what: "no typ", header: func(s string) string { return strings.Replace(s, member(s, "typ"), `"cty":"json"`, 1) }},
		{what: "the algorithm none", header: unsign},
		{what: "the algorithm none and no signature", header: unsign, unsigned: true},
		{what: "an unknown header member", header: func(s string) string { return `{"more":1,` + s[1:] }},
	}
}

// member finds "name":"value" in the JSON of an object whose values hold no
// quotation marks.
func member(object, name string) string {
	from := strings.Index(object, `"`+name+`":"`)
	if from < 0 {
		return ""
	}
	value := from + len(name) + len(`"":"`)
	return object[from : value+strings.IndexByte(object[value:], '"')+1]
}

// refusesTwists sends an app's and a terminal's request, first as it should be: a
// platform that refuses everything is not strict.
func (t *trial) refusesTwists(ctx context.Context, twists []twist) error {
	for _, send := range []func(context.Context, twist) (reply, error){t.twistedKeyRequest, t.twistedWithdrawal} {
		r, err := send(ctx, twist{})
		if err != nil {
			return err
		}
		if err := r.want(http.StatusOK, ""); err != nil {
			return err
		}
		var broken error
		for _, w := range twists {
			r, err := send(ctx, w)
			if err != nil {
				return err
			}
			if err := r.wantOneOf(http.StatusBadRequest, http.StatusForbidden); err != nil {
				broken = errors.Join(broken, fmt.Errorf("with %s: %w", w.what, err))
			}
		}
		if broken != nil {
			return broken
		}
	}
	return nil
}

func (t *trial) twistedKeyRequest(ctx context.Context, w twist) (reply, error) {
	app := t.phone()
	return t.ask(ctx, t.apps, func(ctx context.Context) (query, error) {
		q, err := app.asks(ctx)
		if err == nil {
			q.body, err = w.sign(q.body, app.key)
		}
		return q, err
	})
}

func (t *trial) twistedWithdrawal(ctx context.Context, w twist) (reply, error) {
	m, id := t.machines[0], protocol.NewID()
	body, err := m.withdrawal(id, now())
	if err != nil {
		return reply{}, err
	}
	if body, err = w.sign(body, m.Device); err != nil {
		return reply{}, err
	}
	return t.ask(ctx, m.carry, asIs(put(protocol.PathWithdrawals, id, body)))
}

// sign takes a JWS apart, twists it, and signs the result (RFC 7518, 3.4).
func (w twist) sign(jws []byte, key crypto.Signer) ([]byte, error) {
	header, payload, err := opened(jws)
	if err != nil {
		return nil, err
	}
	encode := func(part []byte, change func(string) string) string {
		if change != nil {
			part = []byte(change(string(part)))
		}
		return base64.RawURLEncoding.EncodeToString(part)
	}
	input := encode(header, w.header) + "." + encode(payload, w.payload)
	if w.unsigned {
		return []byte(input + "."), nil
	}
	digest := sha256.Sum256([]byte(input))
	der, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, err
	}
	signature := make([]byte, 64)
	pair.R.FillBytes(signature[:32])
	pair.S.FillBytes(signature[32:])
	return []byte(input + "." + encode(signature, nil)), nil
}

package protocol_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/go-jose/go-jose/v4"
)

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// forge signs any header over any payload with ES256.
func forge(key protocol.PrivateKey, header string, payload []byte) []byte {
	input := b64([]byte(header)) + "." + b64(payload)
	sum := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, key.ECDSA(), sum[:])
	if err != nil {
		panic(err)
	}
	var signature [64]byte
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return []byte(input + "." + b64(signature[:]))
}

// receiptHeader is the header of a good receipt, with something changed.
func receiptHeader(old, new string) string {
	h := fmt.Sprintf(`{"alg":"ES256","kid":%q,"typ":"watashi-receipt+jws"}`, cast().receipt.Kid())
	return strings.Replace(h, old, new, 1)
}

func verifyForged(jws []byte) (protocol.Receipt, error) {
	keys := []protocol.PublicKey{cast().receipt.PublicKey()}
	return protocol.VerifyReceipt(jws, keys, sampleID(), protocol.SHA256([]byte("body")))
}

func TestSignatureWithAnotherHeaderIsRefused(t *testing.T) {
	payload := must(json.Marshal(sampleReceipt()))
	if _, err := verifyForged(forge(cast().receipt, receiptHeader("", ""), payload)); err != nil {
		t.Fatalf("a good one: %v", err)
	}
	jwk := string(must(cast().receipt.PublicKey().MarshalJSON()))
	for name, header := range map[string]string{
		"alg none":          receiptHeader("ES256", "none"),
		"alg ES384":         receiptHeader("ES256", "ES384"),
		"alg HS256":         receiptHeader("ES256", "HS256"),
		"no alg":            receiptHeader(`"alg":"ES256",`, ""),
		"another typ":       receiptHeader("watashi-receipt", "watashi-bundle"),
		"no typ":            receiptHeader(`,"typ":"watashi-receipt+jws"`, ""),
		"cty where none is": receiptHeader(`"alg"`, `"cty":"json","alg"`),
		"unknown kid":       receiptHeader(cast().receipt.Kid(), cast().bundle.Kid()),
		"kid of no shape":   receiptHeader(cast().receipt.Kid(), "1"),
		"no kid":            receiptHeader(`"kid":"`+cast().receipt.Kid()+`",`, ""),
		"jwk":               receiptHeader(`"alg"`, `"jwk":`+jwk+`,"alg"`),
		"x5c":               receiptHeader(`"alg"`, `"x5c":["AA=="],"alg"`),
		"crit":              receiptHeader(`"alg"`, `"crit":["b64"],"b64":true,"alg"`),
		"alg twice":         receiptHeader(`"alg"`, `"alg":"ES256","alg"`),
		"Alg":               receiptHeader(`"alg"`, `"Alg"`),
		"null typ":          receiptHeader(`"watashi-receipt+jws"`, `null`),
		"trailing":          receiptHeader("", "") + "{}",
		"array":             "[]",
		"long":              receiptHeader("ES256", strings.Repeat("A", 2000)),
	} {
		if r, err := verifyForged(forge(cast().receipt, header, payload)); err == nil || r != (protocol.Receipt{}) {
			t.Errorf("%s accepted", name)
		}
	}
}

func TestSignatureOverOtherJSONIsRefused(t *testing.T) {
	good := string(must(json.Marshal(sampleReceipt())))
	for name, payload := range map[string]string{
		"unknown member":      strings.Replace(good, "{", `{"more":1,`, 1),
		"member twice":        strings.Replace(good, "{", `{"verdict":"refused",`, 1),
		"capital":             strings.Replace(good, `"verdict"`, `"Verdict"`, 1),
		"long s for s":        strings.Replace(good, `"body_sha256"`, `"body_ſha256"`, 1),
		"null":                strings.Replace(good, `"accepted"`, `null`, 1),
		"missing id":          strings.Replace(good, `"id":"00112233445566778899aabbccddeeff",`, "", 1),
		"id in capitals":      strings.Replace(good, "aabbcc", "AABBCC", 1),
		"time with an offset": strings.Replace(good, "01:30:00Z", "10:30:00+09:00", 1),
		"no time":             strings.Replace(good, "2026-11-24T01:30:00Z", "0001-01-01T00:00:00Z", 1),
		"unknown verdict":     strings.Replace(good, "accepted", "fine", 1),
		"refused unreasoned":  strings.Replace(good, "accepted", "refused", 1),
		"trailing":            good + " {}",
		"comma":               strings.Replace(good, "}", ",}", 1),
		"broken UTF-8":        strings.Replace(good, "accepted", "accepted\xff", 1),
		"deep":                strings.Replace(good, "{", `{"a":`+strings.Repeat("[", 20)+strings.Repeat("]", 20)+",", 1),
		"array":               "[" + good + "]",
		"nothing":             " ",
	} {
		if r, err := verifyForged(forge(cast().receipt, receiptHeader("", ""), []byte(payload))); err == nil || r != (protocol.Receipt{}) {
			t.Errorf("%s accepted: %s", name, payload)
		}
	}
}

func TestReceiptForAnotherBodyIsRefused(t *testing.T) {
	jws := must(protocol.SignReceipt(sampleReceipt(), cast().receipt))
	keys := []protocol.PublicKey{cast().bundle.PublicKey(), {}, cast().receipt.PublicKey()}
	body := protocol.SHA256([]byte("body"))
	if r, err := protocol.VerifyReceipt(jws, keys, sampleID(), body); err != nil || r.Verdict != protocol.Accepted {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := protocol.VerifyReceipt(jws, keys, protocol.NewID(), body); err == nil {
		t.Error("accepted for another id")
	}
	if _, err := protocol.VerifyReceipt(jws, keys, sampleID(), protocol.SHA256(nil)); err == nil {
		t.Error("accepted for another body")
	}
	if _, err := protocol.VerifyReceipt(jws, nil, sampleID(), body); !errors.Is(err, protocol.ErrUnknownKey) {
		t.Errorf("without keys: %v", err)
	}
	for _, text := range [][]byte{append(jws, '\n'), append([]byte(" "), jws...), bytes.ReplaceAll(jws, []byte("."), []byte(".\n"))} {
		if _, err := protocol.VerifyReceipt(text, keys, sampleID(), body); err == nil {
			t.Errorf("accepted with white space")
		}
	}
}

func TestEnvelopeWithOneFlippedBitIsRefused(t *testing.T) {
	_, _, envelope := registration(t)
	for i := range envelope {
		changed := slices.Clone(envelope)
		changed[i] ^= 1 << (i % 7)
		c, err := protocol.Open(changed, cast().byKid)
		if err == nil {
			t.Fatalf("bit %d of character %d (%c) may be flipped", i%7, i, envelope[i])
		}
		if !reflect.DeepEqual(c, protocol.Content{}) {
			t.Fatalf("character %d: a content besides an error", i)
		}
	}
}

func TestEnvelopeOpensToWhatWasSealed(t *testing.T) {
	_, jws, envelope := registration(t)
	c, err := protocol.Open(envelope, cast().byKid)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(c.Registration, jws) || !c.Code.Matches(sampleCode()) || !bytes.Equal(c.Salt, sampleSalt()) || string(c.Photo) != "a face" {
		t.Error("the content came back changed")
	}
	if bytes.Contains(envelope, []byte("124578")) {
		t.Error("the code shows")
	}
}

func TestEnvelopeNeedsThePlatformsKey(t *testing.T) {
	_, _, envelope := registration(t)
	other := protocol.NewPrivateKey()
	for name, byKid := range map[string]func(string) (protocol.PrivateKey, error){
		"another key": func(string) (protocol.PrivateKey, error) { return other, nil },
		"no key":      func(string) (protocol.PrivateKey, error) { return protocol.PrivateKey{}, nil },
		"unknown kid": func(string) (protocol.PrivateKey, error) { return protocol.PrivateKey{}, protocol.ErrUnknownKey },
	} {
		if _, err := protocol.Open(envelope, byKid); err == nil {
			t.Errorf("opened with %s", name)
		}
	}
}

func TestEnvelopeIsBounded(t *testing.T) {
	content := protocol.Content{Registration: []byte("r"), Code: sampleCode(), Salt: sampleSalt(), Photo: make([]byte, 200<<10)}
	if envelope, err := protocol.Seal(content, cast().encryption.PublicKey()); !errors.Is(err, protocol.ErrTooLarge) || envelope != nil {
		t.Errorf("sealing: %v", err)
	}
	if _, err := protocol.Open(make([]byte, protocol.MaxBody+1), cast().byKid); !errors.Is(err, protocol.ErrTooLarge) {
		t.Errorf("opening: %v", err)
	}
}

func TestContentIsNotSealedUnlessWhole(t *testing.T) {
	half := must(protocol.ParseCode(protocol.Continuation, []byte("0123456789ABC")))
	for name, c := range map[string]protocol.Content{
		"no registration": {Code: sampleCode(), Salt: sampleSalt()},
		"no code":         {Registration: []byte("r"), Salt: sampleSalt()},
		"half a code":     {Registration: []byte("r"), Code: half, Salt: sampleSalt()},
		"no salt":         {Registration: []byte("r"), Code: sampleCode()},
		"short salt":      {Registration: []byte("r"), Code: sampleCode(), Salt: make([]byte, 15)},
	} {
		if _, err := protocol.Seal(c, cast().encryption.PublicKey()); err == nil {
			t.Errorf("%s sealed", name)
		}
	}
	if _, err := protocol.Seal(protocol.Content{Registration: []byte("r"), Code: sampleCode(), Salt: sampleSalt()}, protocol.PublicKey{}); err == nil {
		t.Error("sealed to nobody")
	}
}

func TestEnvelopeOfAnotherKindIsRefused(t *testing.T) {
	plaintext := []byte(`{"registration":"r","code":"124578","salt":"MDEyMzQ1Njc4OWFiY2RlZg"}`)
	type change struct {
		alg  jose.KeyAlgorithm
		enc  jose.ContentEncryption
		zip  jose.CompressionAlgorithm
		with map[jose.HeaderKey]any
	}
	typed := map[jose.HeaderKey]any{"typ": "watashi-envelope+jwe", "cty": "json"}
	for name, c := range map[string]change{
		"key wrapping": {jose.ECDH_ES_A256KW, jose.A256GCM, "", typed},
		"A128GCM":      {jose.ECDH_ES, jose.A128GCM, "", typed},
		"compressed":   {jose.ECDH_ES, jose.A256GCM, jose.DEFLATE, typed},
		"no typ":       {jose.ECDH_ES, jose.A256GCM, "", map[jose.HeaderKey]any{"cty": "json"}},
		"key query":    {jose.ECDH_ES, jose.A256GCM, "", map[jose.HeaderKey]any{"typ": "watashi-key-query+jwe", "cty": "json"}},
		"jku":          {jose.ECDH_ES, jose.A256GCM, "", map[jose.HeaderKey]any{"typ": "watashi-envelope+jwe", "cty": "json", "jku": "https://x.example"}},
	} {
		to := jose.Recipient{Algorithm: c.alg, Key: cast().encryption.PublicKey().ECDSA(), KeyID: cast().encryption.Kid()}
		encrypter := must(jose.NewEncrypter(c.enc, to, &jose.EncrypterOptions{Compression: c.zip, ExtraHeaders: c.with}))
		text := must(must(encrypter.Encrypt(plaintext)).CompactSerialize())
		if _, err := protocol.Open([]byte(text), cast().byKid); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
	to := jose.Recipient{Algorithm: jose.ECDH_ES, Key: cast().encryption.PublicKey().ECDSA(), KeyID: cast().encryption.Kid()}
	encrypter := must(jose.NewEncrypter(jose.A256GCM, to, &jose.EncrypterOptions{ExtraHeaders: typed}))
	text := must(must(encrypter.Encrypt(plaintext)).CompactSerialize())
	if _, err := protocol.Open([]byte(text), cast().byKid); err != nil {
		t.Errorf("a good one of another maker: %v", err)
	}
}

func TestRegistrationIsTheTerminalsAlone(t *testing.T) {
	cms, jws, _ := registration(t)
	got, cert, err := protocol.VerifyRegistration(jws, cast().certByKid)
	if err != nil || !bytes.Equal(got, cms) || !cert.Equal(cast().deviceCert) {
		t.Fatal(err)
	}
	for name, certs := range map[string]func(string) (*x509.Certificate, error){
		"nobody's":           func(string) (*x509.Certificate, error) { return nil, nil },
		"another's":          func(string) (*x509.Certificate, error) { return cast().jpki, nil },
		"of no known issuer": func(string) (*x509.Certificate, error) { return nil, protocol.ErrUnknownKey },
	} {
		if cms, cert, err := protocol.VerifyRegistration(jws, certs); err == nil || cms != nil || cert != nil {
			t.Errorf("%s certificate accepted", name)
		}
	}
	other := protocol.NewPrivateKey()
	forged := must(protocol.SignRegistration(cms, other, cast().deviceCert))
	if cms, cert, err := protocol.VerifyRegistration(forged, cast().certByKid); err == nil || cms != nil || cert != nil {
		t.Error("accepted with another key under the terminal's name")
	}
}

func TestOnlyP256Signs(t *testing.T) {
	p384 := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	if _, err := protocol.SignRegistration([]byte("cms"), p384, cast().deviceCert); err == nil {
		t.Error("signed with P-384")
	}
	if _, err := protocol.NewPublicKey(&p384.PublicKey); err == nil {
		t.Error("P-384 is taken for a key of ours")
	}
	if _, err := protocol.SignRegistration([]byte("cms"), cast().citizen, cast().deviceCert); err == nil {
		t.Error("signed with RSA")
	}
}

func TestOneKindNeverPassesForAnother(t *testing.T) {
	p := cast()
	w := must(protocol.SignWithdrawal(protocol.Withdrawal{ID: sampleID(), TerminalID: "T-0001", Time: moment()}, p.device, p.deviceCert))
	if _, _, err := protocol.VerifyHeartbeat(w, p.certByKid); err == nil {
		t.Error("a withdrawal passes for a heartbeat")
	}
	if _, _, err := protocol.VerifyRegistration(w, p.certByKid); err == nil {
		t.Error("a withdrawal passes for a registration")
	}
	_, _, envelope := registration(t)
	if _, _, err := protocol.OpenKeyQuery(envelope, p.byKid, p.certByKid); err == nil {
		t.Error("an envelope passes for a key query")
	}
}

func TestSignatureIsReadByTheLibraryThatDidNotMakeIt(t *testing.T) {
	for range 64 { // now and then a half is short
		jws := must(protocol.SignReceipt(sampleReceipt(), cast().receipt))
		object := must(jose.ParseSignedCompact(string(jws), []jose.SignatureAlgorithm{jose.ES256}))
		payload, err := object.Verify(cast().receipt.PublicKey().ECDSA())
		if want := must(json.Marshal(sampleReceipt())); err != nil || !bytes.Equal(payload, want) {
			t.Fatalf("%s, %v", payload, err)
		}
	}
}

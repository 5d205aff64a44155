package protocol

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
)

// Token is what a technician brings to a new terminal: whom to speak to, how to
// know that it is them, and a secret that serves once. Without the pin there
// would be nothing to tell the platform from whoever answers first.
type Token struct {
	Host   string `json:"host"` // name or address, with :port unless it is 443
	Pin    Digest `json:"pin"`  // SHA-256 of the SubjectPublicKeyInfo of the EST CA
	Secret Bytes  `json:"secret"`
}

// ErrTokenShape: not a provisioning token, or not the whole of it.
var ErrTokenShape = errors.New("not a whole provisioning token")

// ErrTokenPin: a token without the pin, which nobody may use.
var ErrTokenPin = errors.New("token has no pin")

const (
	tokenScheme = "watashi1."
	maxToken    = 1024
)

// ParseToken reads the text form.
func ParseToken(s string) (Token, error) {
	body, ok := strings.CutPrefix(s, tokenScheme)
	if !ok || len(s) > maxToken {
		return Token{}, ErrTokenShape
	}
	raw, err := fromBase64([]byte(body))
	if err != nil {
		return Token{}, ErrTokenShape
	}
	var t Token
	switch err := decodeJSON(raw, &t); {
	case errors.Is(err, errSyntax): // where it was cut says nothing to anybody
		return Token{}, ErrTokenShape
	case err != nil:
		return Token{}, fmt.Errorf("%w: %w", ErrTokenShape, err)
	}
	return t, nil
}

func (t *Token) check() error {
	switch {
	case t.Pin.IsZero():
		return ErrTokenPin
	case len(t.Secret) < 16 || len(t.Secret) > 64:
		return errors.New("token's secret is not 16 to 64 bytes")
	}
	return checkHost(t.Host)
}

// checkHost accepts what may stand between https:// and the path, and nothing
// that could end it early. An IPv6 address stands in brackets, with its port.
func checkHost(s string) error {
	host, port := s, "443"
	if h, p, err := net.SplitHostPort(s); err == nil {
		host, port = h, p
	}
	if host == "" || len(s) > 255 || port == "" || len(port) > 5 || strings.Trim(port, decimal) != "" {
		return errors.New("host out of shape")
	}
	if net.ParseIP(host) != nil && host != s {
		return nil
	}
	for _, c := range []byte(host) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.':
		default:
			return errors.New("host out of shape")
		}
	}
	return nil
}

// String is the text form, secret and all: it is for the technician's hands.
// Logs get LogValue.
func (t Token) String() string {
	b, err := json.Marshal(&t)
	if err != nil {
		return ""
	}
	return tokenScheme + base64.RawURLEncoding.EncodeToString(b)
}

// LogValue leaves the secret out.
func (t Token) LogValue() slog.Value {
	return slog.GroupValue(slog.String("host", t.Host), slog.String("pin", t.Pin.String()))
}

// TokenUser is the user name of HTTP Basic under EST. The platform knows the
// terminal by the secret alone.
const TokenUser = "watashi-provision"

// Password is the secret as HTTP Basic carries it: base64url.
func (t Token) Password() string { return base64.RawURLEncoding.EncodeToString(t.Secret) }

// ParsePassword undoes Password.
func ParsePassword(password string) (secret []byte, err error) {
	if len(password) > 128 {
		return nil, ErrTokenShape
	}
	secret, err = fromBase64([]byte(password))
	if err != nil || len(secret) < 16 {
		return nil, ErrTokenShape
	}
	return secret, nil
}

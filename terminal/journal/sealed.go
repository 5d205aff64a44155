package journal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// checkEnvelope lets in a JWE in compact form of the one kind the terminal
// makes, so that no slip of ours can put a name on the disk in clear. The key
// part is empty in direct key agreement (RFC 7518, 4.6).
func checkEnvelope(body []byte) error {
	header, err := compact(body, 5)
	if err != nil {
		return err
	}
	if header.Algorithm != "ECDH-ES" || header.Encryption != "A256GCM" {
		return fmt.Errorf("envelope is %q with %q: %w", header.Algorithm, header.Encryption, ErrNotSealed)
	}
	return nil
}

// checkWithdrawal lets in a JWS in compact form, made by a device key.
func checkWithdrawal(body []byte) error {
	header, err := compact(body, 3)
	if err != nil {
		return err
	}
	if header.Algorithm != "ES256" {
		return fmt.Errorf("withdrawal is signed with %q: %w", header.Algorithm, ErrNotSealed)
	}
	return nil
}

type joseHeader struct {
	Algorithm  string `json:"alg"`
	Encryption string `json:"enc"`
}

// compact reads the header of a JOSE compact form of so many parts. In one of
// five parts only the second may be empty, in one of three none.
func compact(body []byte, parts int) (joseHeader, error) {
	var header joseHeader
	if len(body) > protocol.MaxBody {
		return header, fmt.Errorf("%d bytes, more than %d: %w", len(body), protocol.MaxBody, ErrNotSealed)
	}
	split := bytes.Split(body, []byte("."))
	if len(split) != parts {
		return header, fmt.Errorf("%d parts instead of %d: %w", len(split), parts, ErrNotSealed)
	}
	for i, part := range split {
		empty := parts == 5 && i == 1
		if !base64url(part) || len(part) == 0 != empty {
			return header, fmt.Errorf("part %d is not base64url: %w", i+1, ErrNotSealed)
		}
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(split[0]))
	if err != nil || json.Unmarshal(raw, &header) != nil {
		return joseHeader{}, fmt.Errorf("header is not JSON: %w", ErrNotSealed)
	}
	return header, nil
}

func base64url(part []byte) bool {
	for _, c := range part {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

package attestation

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// EndorsementSource says which TPMs are real. It is asked at each attestation, so
// what an operator adds counts at once.
type EndorsementSource interface {
	Trust(ctx context.Context) (Trust, error)
}

// EndorsementDirectory is an EndorsementSource of files in a folder: CA
// certificates of makers of chips in *.crt, and in allowed.txt one endorsement key
// a line, by the SHA-256 of its SubjectPublicKeyInfo; what stands behind it on the
// line is a note. A folder that is not there is an empty one.
type EndorsementDirectory string

// allowedFile is in the folder.
const allowedFile = "allowed.txt"

// Trust reads the folder.
func (d EndorsementDirectory) Trust(context.Context) (trust Trust, err error) {
	if trust.CAs, err = files.CADirectory(d).Certificates(); err != nil {
		return Trust{}, err
	}
	text, err := d.lines()
	if err != nil {
		return Trust{}, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		key, err := ParseEndorsement(fields[0])
		if err != nil {
			return Trust{}, fmt.Errorf("reading %s: %w", allowedFile, err)
		}
		trust.Allowed = append(trust.Allowed, key)
	}
	return trust, nil
}

func (d EndorsementDirectory) lines() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(string(d), allowedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// Allow puts an endorsement key on the list, once.
func (d EndorsementDirectory) Allow(key protocol.Digest, note string) error {
	trust, err := d.Trust(context.Background())
	if err != nil || slices.Contains(trust.Allowed, key) {
		return err
	}
	text, err := d.lines()
	if err != nil {
		return err
	}
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, '\n')
	}
	line := strings.Join(strings.Fields(key.String()+" "+note), " ")
	return files.Replace(filepath.Join(string(d), allowedFile), append(text, line+"\n"...))
}

// ParseEndorsement reads the SHA-256 of an endorsement key, in base64url as the
// platform writes it or in hexadecimal as other tools do.
func ParseEndorsement(text string) (protocol.Digest, error) {
	if raw, err := hex.DecodeString(strings.ReplaceAll(text, ":", "")); err == nil && len(raw) == len(protocol.Digest{}) {
		return protocol.Digest(raw), nil
	}
	key, err := protocol.ParseDigest(text)
	if err != nil {
		return protocol.Digest{}, errors.New("an endorsement key is named by 43 characters of base64url or 64 hexadecimal digits")
	}
	return key, nil
}

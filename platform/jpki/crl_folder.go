package jpki

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/platform/files"
)

// Folders that an operator fills: CA certificates and lists of revocations.

// maxCRL bounds one list, in bytes.
const maxCRL = 64 << 20

// CRLDirectory is a CRLSource of files: every *.crl in a folder, DER or PEM.
type CRLDirectory string

// Edition follows from names, sizes and times of the files.
func (d CRLDirectory) Edition(context.Context) (string, error) {
	return files.Edition(string(d), ".crl")
}

// Lists reads the folder.
func (d CRLDirectory) Lists(ctx context.Context) (lists [][]byte, err error) {
	paths, err := filepath.Glob(filepath.Join(string(d), "*.crl"))
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", string(d), err)
	}
	for _, path := range paths {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		der, err := readCRL(path)
		if err != nil {
			return nil, err
		}
		lists = append(lists, der)
	}
	return lists, nil
}

func readCRL(path string) ([]byte, error) {
	raw, err := readList(path)
	return bare(raw), err
}

// readList reads a file as it is, if it is not too large.
func readList(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxCRL+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if len(raw) > maxCRL {
		return nil, fmt.Errorf("reading %s: larger than %d bytes", path, maxCRL)
	}
	return raw, nil
}

// bare takes PEM off, if it is PEM.
func bare(raw []byte) []byte {
	if block, _ := pem.Decode(raw); block != nil {
		return block.Bytes
	}
	return raw
}

// separate takes PEM apart into its blocks; DER is one.
func separate(raw []byte) (all [][]byte) {
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		all = append(all, block.Bytes)
	}
	if all == nil {
		return [][]byte{raw}
	}
	return all
}

// CRLSummary says what a list is about.
type CRLSummary struct {
	Revoked     int
	From, Until time.Time
}

// Put takes in a list that one of the CAs signed, in the place of the older one
// of the same CA and distribution point. An older one is refused.
func (d CRLDirectory) Put(raw []byte, cas []*x509.Certificate) (CRLSummary, error) {
	list, err := x509.ParseRevocationList(bare(raw))
	if err != nil {
		return CRLSummary{}, fmt.Errorf("reading list of revocations: %w", err)
	}
	if !signedBy(list, cas) {
		return CRLSummary{}, errors.New("list of revocations is signed by none of the trusted CAs")
	}
	point, err := scope(list)
	if err != nil {
		return CRLSummary{}, err
	}
	name := sha256.Sum256(append(bytes.Clone(list.AuthorityKeyId), point...))
	path := filepath.Join(string(d), fmt.Sprintf("%x.crl", name[:12]))
	if err := newerThan(path, list); err != nil {
		return CRLSummary{}, err
	}
	return CRLSummary{len(list.RevokedCertificateEntries), list.ThisUpdate, list.NextUpdate}, files.Replace(path, list.Raw)
}

// newerThan refuses to go back in time.
func newerThan(path string, list *x509.RevocationList) error {
	raw, err := readCRL(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if old, err := x509.ParseRevocationList(raw); err == nil && list.ThisUpdate.Before(old.ThisUpdate) {
		return fmt.Errorf("list of %s is older than the one at hand, of %s", list.ThisUpdate.Format(time.RFC3339), old.ThisUpdate.Format(time.RFC3339))
	}
	return nil
}

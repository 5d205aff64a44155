package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Bundle is the signed configuration that terminals get now.
func (p *Platform) Bundle() ([]byte, error) {
	b, err := p.storedBundle(context.Background())
	return b.JWS, err
}

func (p *Platform) storedBundle(ctx context.Context) (b StoredBundle, err error) {
	err = p.store.View(ctx, func(r Reading) (err error) {
		b, err = r.Bundle()
		return err
	})
	return b, err
}

// giveBundle answers in the format that the terminal asks for, with version and format
// as ETag, so that a terminal that has it already gets nothing.
func (p *Platform) giveBundle(ctx context.Context, c call) (answer, error) {
	b, err := p.storedBundle(ctx)
	if err != nil {
		return answer{}, err
	}
	jws, tag := b.First, strconv.Itoa(b.Version)
	if format, _ := strconv.Atoi(c.request.URL.Query().Get("format")); format >= protocol.NewestFormat {
		jws, tag = b.JWS, fmt.Sprintf("%d.%d", b.Version, protocol.NewestFormat)
	}
	header := map[string]string{"ETag": strconv.Quote(tag)}
	if c.request.Header.Get("If-None-Match") == header["ETag"] {
		return answer{status: http.StatusNotModified, header: header}, nil
	}
	return answer{media: protocol.MediaJOSE, body: jws, header: header}, nil
}

// renewBundle signs a bundle with the next version if it would say anything else
// than the last one.
func (p *Platform) renewBundle(ctx context.Context) error {
	content := p.bundleContent(0, time.Time{})
	said, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("making bundle: %w", err)
	}
	return p.store.Update(ctx, func(w Writing) error {
		last, err := w.Bundle()
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if last.Version > 0 && last.Content == protocol.SHA256(said) {
			return nil
		}
		made, err := signed(p.bundleContent(last.Version+1, p.now()), p.bundleSigner(last))
		if err != nil {
			return err
		}
		made.Content = protocol.SHA256(said)
		p.log.Info("new bundle", "version", made.Version)
		return w.KeepBundle(made)
	})
}

// signed is a bundle in each format.
func signed(content protocol.Bundle, key protocol.PrivateKey) (made StoredBundle, err error) {
	made.Version = content.Version
	if made.JWS, err = protocol.SignBundle(content, key); err != nil {
		return made, err
	}
	made.First, err = protocol.SignBundle(content.In(protocol.FormatFirst), key)
	return made, err
}

// bundleSigner is a key that terminals know from the last bundle: the current one if
// that one names it, else the one that signed it.
func (p *Platform) bundleSigner(last StoredBundle) protocol.PrivateKey {
	keys := p.keys.All(keyring.BundleKey)
	current := keys[0]
	said, err := protocol.DecodeFirstBundle(last.JWS)
	if last.Version == 0 || err != nil || slices.ContainsFunc(said.BundleKeys, current.PublicKey().Equal) {
		return current
	}
	for _, key := range keys {
		if _, err := protocol.VerifyBundle(last.JWS, []protocol.PublicKey{key.PublicKey()}); err == nil {
			return key
		}
	}
	return current
}

// bundleContent is the bundle as it follows from keys and configuration.
func (p *Platform) bundleContent(version int, issued Moment) protocol.Bundle {
	c := p.config
	b := protocol.Bundle{
		Format: protocol.NewestFormat, Version: version, Issued: issued,
		PlatformID: p.keys.PlatformID, Environment: p.keys.Environment,
		EncryptionKeys: p.keys.Listed(keyring.EncryptionKey), ReceiptKeys: p.keys.Listed(keyring.ReceiptKey),
		BundleKeys: p.keys.Listed(keyring.BundleKey), SigningPolicies: p.jpki.Policies(),
		CodeProfile: c.CodeProfile, Photo: c.Photo, Offline: c.Offline,
		Languages: c.Languages, Contact: c.Contact, Limits: c.Limits, Hours: c.Hours,
	}
	for _, ca := range p.jpki.Believed() {
		b.JPKI = append(b.JPKI, ca.Raw)
	}
	for _, ca := range p.keys.CA.Roots() {
		b.TerminalCAs = append(b.TerminalCAs, ca.Raw)
	}
	return b
}

// codeLife is how long a code lives after acceptance, and from issue at most.
func (p *Platform) codeLife() (accepted, atMost time.Duration) {
	b := protocol.Bundle{Limits: p.config.Limits}
	return b.CodeLife()
}

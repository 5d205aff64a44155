package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

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

// giveBundle answers with the version as ETag, so that a terminal that has it
// already gets nothing.
func (p *Platform) giveBundle(ctx context.Context, c call) (answer, error) {
	b, err := p.storedBundle(ctx)
	if err != nil {
		return answer{}, err
	}
	tag := strconv.Quote(strconv.Itoa(b.Version))
	header := map[string]string{"ETag": tag}
	if c.request.Header.Get("If-None-Match") == tag {
		return answer{status: http.StatusNotModified, header: header}, nil
	}
	return answer{media: protocol.MediaJOSE, body: b.JWS, header: header}, nil
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
		content = p.bundleContent(last.Version+1, p.now())
		jws, err := protocol.SignBundle(content, p.bundleSigner(last))
		if err != nil {
			return err
		}
		return w.KeepBundle(StoredBundle{Version: content.Version, Content: protocol.SHA256(said), JWS: jws})
	})
}

// bundleSigner is a key that terminals know from the last bundle: after a
// rotation the old key introduces the new one.
func (p *Platform) bundleSigner(last StoredBundle) protocol.PrivateKey {
	if last.Version == 0 {
		return p.keys.bundle[0]
	}
	for _, key := range p.keys.bundle {
		if _, err := protocol.VerifyBundle(last.JWS, []protocol.PublicKey{key.PublicKey()}); err == nil {
			return key
		}
	}
	return p.keys.bundle[0]
}

// bundleContent is the bundle as it follows from keys and configuration.
func (p *Platform) bundleContent(version int, issued Moment) protocol.Bundle {
	c := p.config
	b := protocol.Bundle{
		Version: version, Issued: issued,
		PlatformID: p.keys.PlatformID, Environment: p.keys.Environment,
		EncryptionKeys: publicKeys(p.keys.encryption), ReceiptKeys: publicKeys(p.keys.receipt),
		BundleKeys: publicKeys(p.keys.bundle), SigningPolicies: p.jpki.policies,
		CodeProfile: c.CodeProfile, Photo: c.Photo, Offline: c.Offline,
		Languages: c.Languages, Contact: c.Contact, Limits: c.Limits,
	}
	for _, ca := range c.JPKI {
		b.JPKI = append(b.JPKI, ca.Raw)
	}
	return b
}

// codeLife is how long a code lives after acceptance, and from issue at most.
func (p *Platform) codeLife() (accepted, atMost time.Duration) {
	b := protocol.Bundle{Limits: p.config.Limits}
	return b.CodeLife()
}

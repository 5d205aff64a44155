package ui

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"os"
)

// The token of a boot is how the kiosk browser proves that it was started by
// this terminal. It travels in the fragment of the page's address, which a
// browser never sends, and from there in a WebSocket subprotocol, which stands
// in no log. Other local users can neither read the file nor guess the token.

// Protocol is the WebSocket subprotocol that Views and Commands speak.
const Protocol = "watashi.ui.v1"

const (
	tokenPrefix = "token."
	minToken    = 16
)

// NewToken makes the token of one boot: 32 random bytes.
func NewToken() []byte {
	token := make([]byte, 32)
	rand.Read(token)
	return token
}

// TokenProtocol is the second subprotocol a screen offers, beside Protocol: it
// shows that the screen knows the token.
func TokenProtocol(token []byte) string { return tokenPrefix + hex.EncodeToString(token) }

// PageURL is where the browser finds the page. The host is an IP address and
// port, such as 127.0.0.1:8420, and stands among Config.Hosts.
func PageURL(host string, token []byte) string {
	return "http://" + host + "/#" + hex.EncodeToString(token)
}

// WriteTokenFile writes PageURL and a line feed to path, readable by its owner
// only, for the unit that starts the browser. It replaces the file of the boot
// before in one step, so that nobody reads half an address.
func WriteTokenFile(path, host string, token []byte) error {
	next := path + ".new"
	if err := os.Remove(next); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("clearing the way for the screen's token file: %w", err)
	}
	// O_EXCL: a link left here by somebody else is not followed.
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("creating the screen's token file: %w", err)
	}
	_, err = f.WriteString(PageURL(host, token) + "\n")
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("writing the screen's token file: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("putting the screen's token file in place: %w", err)
	}
	return nil
}

// secret is what the server keeps of the token.
type secret [sha256.Size]byte

func newSecret(token []byte) secret { return sha256.Sum256([]byte(TokenProtocol(token))) }

// knows tells in constant time whether one of the subprotocols is the token's.
func (s secret) knows(protocols []string) bool {
	found := 0
	for _, p := range protocols {
		sum := sha256.Sum256([]byte(p))
		found |= subtle.ConstantTimeCompare(sum[:], s[:])
	}
	return found == 1
}

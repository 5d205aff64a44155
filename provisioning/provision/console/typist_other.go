//go:build !linux && !windows

package console

import (
	"errors"
	"os"
)

// discardTyped leaves what was typed before a question to answer it.
func discardTyped(*os.File) {}

// hideTyping refuses: a secret is not asked for where it would stand on the screen.
func hideTyping(*os.File) (restore func(), err error) {
	return nil, errors.New("what is typed cannot be hidden on this system: give the token by --token-file, --usb, --scan or a pipe")
}

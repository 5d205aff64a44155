package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// What is wrong with where a token should come from.
var (
	errNoToken  = errors.New("no token was given")
	errTwoWays  = errors.New("more than one of --token, --token-file, --scan and --usb was given")
	errNoStick  = errors.New("no file watashi-token* on a USB stick")
	errTwoFiles = errors.New("more than one file watashi-token*")
)

// maxTokenLine is more than a token has.
const maxTokenLine = 4096

// tokenAtHand reports whether a token was given, so that nobody need be asked.
func (z *wizard) tokenAtHand() bool {
	f := z.flags
	return f.token != "" || f.file != "" || f.scan || f.usb || (z.In != nil && !console.IsTerminal(z.In) && z.peek())
}

// peek reports whether standard input, which nobody types into, has anything.
func (z *wizard) peek() bool {
	buffered := bufio.NewReaderSize(z.In, maxTokenLine)
	_, err := buffered.Peek(1)
	z.In = buffered
	return err == nil
}

// token takes it from where it was given; without a flag from standard input, where
// a pipe puts it, or a technician. It is never printed.
func (z *wizard) token(ctx context.Context) (protocol.Token, error) {
	text, err := z.tokenText(ctx)
	if err != nil {
		return protocol.Token{}, err
	}
	return protocol.ParseToken(strings.TrimSpace(text))
}

func (z *wizard) tokenText(ctx context.Context) (string, error) {
	f := z.flags
	if ways := []bool{f.token != "", f.file != "", f.scan, f.usb}; len(slices.DeleteFunc(ways, func(b bool) bool { return !b })) > 1 {
		return "", errTwoWays
	}
	switch {
	case f.token != "":
		return f.token, nil
	case f.file != "":
		return readTokenFile(f.file)
	case f.usb:
		return z.fromStick()
	case f.scan:
		z.Hint("Hold the token's QR code to the scanner …")
		return z.fromScanner(ctx)
	case console.IsTerminal(z.In) && f.yes:
		return "", fmt.Errorf("%w, and --yes never asks: use --token-file, --usb, --scan or a pipe", errNoToken)
	case console.IsTerminal(z.In):
		return z.askAgain(ctx)
	}
	line, err := bufio.NewReader(io.LimitReader(z.In, maxTokenLine)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("reading the token: %w", err)
	}
	return line, nil
}

func readTokenFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxTokenLine))
	return string(text), err
}

// fromStick finds the one token on the USB sticks that are mounted.
func (z *wizard) fromStick() (string, error) {
	var found []string
	for _, stick := range system.This().Sticks {
		found = append(found, z.Find(stick+"watashi-token*")...)
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("%w: mount it below /media or /mnt", errNoStick)
	case 1:
		return readTokenFile(found[0])
	}
	return "", fmt.Errorf("%w: %s; name one with --token-file", errTwoFiles, strings.Join(found, ", "))
}

// warnOfToken says what a stick that travels should not have on it.
func (z *wizard) warnOfToken() {
	if z.flags.offline == "" {
		return
	}
	for _, file := range z.Find(filepath.Join(z.flags.offline, "watashi-token*")) {
		z.Hint("The stick that travels holds the token itself, %s: who finds it can take this machine's place.\nKeep the token elsewhere, and delete it there.", file)
	}
}

// fromScanner waits for a code that is a token.
func (z *wizard) fromScanner(ctx context.Context) (string, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	got := new(desk.Latest[string])
	scanner, err := z.OpenScanner(z.Machine.Config, devices.ScannerOptions{})
	if err != nil || scanner == nil {
		return "", errors.Join(fmt.Errorf("%w: the configuration names none that can be opened", trial.ErrScanner), err)
	}
	err = scanner.Serve(ctx, func(code []byte) {
		if text := string(bytes.TrimSpace(code)); isToken(text) {
			got.Set(text)
			stop()
			return
		}
		z.Hint("\nThat was not a provisioning token.") // behind the question
	})
	if text := got.Get(); text != "" {
		return text, nil
	}
	return "", err
}

func isToken(text string) bool {
	_, err := protocol.ParseToken(text)
	return err == nil
}

// askAgain asks until there is a token, a few times: one that was copied in part, or a
// stick that is not mounted yet, need not begin everything anew.
func (z *wizard) askAgain(ctx context.Context) (text string, err error) {
	for tries := 1; ; tries++ {
		text, err = z.askToken(ctx)
		if err == nil {
			_, err = protocol.ParseToken(strings.TrimSpace(text))
		}
		if tries == maxAsked || !(errors.Is(err, protocol.ErrTokenShape) || errors.Is(err, errNoStick)) {
			return text, err
		}
		z.Hint("%v. Once more:\n", err)
	}
}

// maxAsked is how often a technician is asked for the token.
const maxAsked = 5

// askToken asks a technician, who types, scans or has a stick: whichever comes
// first. What is typed is not shown.
func (z *wizard) askToken(ctx context.Context) (string, error) {
	keys := z.keys()
	restore, err := keys.Hide()
	if err != nil {
		return "", err
	}
	defer func() {
		restore()
		if ctx.Err() == nil {
			fmt.Fprintln(z.Says)
		}
	}()
	keys.Listen()
	fmt.Fprint(z.Says, "Paste the provisioning token, hold its QR code to the scanner, or put in the\nUSB stick with the file watashi-token.txt; then press Enter: ")
	text, err := z.typedOrScanned(ctx, keys)
	if err == nil && text == "" {
		return z.fromStick()
	}
	return text, err
}

// typedOrScanned waits for a line, or for a token before the scanner where there is one.
func (z *wizard) typedOrScanned(ctx context.Context, keys *console.Typist) (string, error) {
	if z.Machine.Scanner.Kind == "" {
		return keys.Line(ctx)
	}
	asking, stop := context.WithCancel(ctx)
	scanned, ended := new(desk.Latest[string]), make(chan struct{})
	go func() {
		defer close(ended)
		if text, err := z.fromScanner(asking); err == nil {
			scanned.Set(text)
			stop()
		}
	}()
	text, err := keys.Line(asking)
	stop()
	<-ended // it has the device until then, and a line on the screen
	if code := scanned.Get(); code != "" {
		return code, nil
	}
	return text, err
}

// question asks a person at the keyboard for a line.
func (z *wizard) question(ctx context.Context, text string) (string, error) {
	return z.keys().Ask(ctx, z.Says, text)
}

// keys are the terminal that standard input is, with the same reader for every question.
func (z *wizard) keys() *console.Typist {
	if z.person == nil {
		z.person = console.NewTypist(z.In.(*os.File))
	}
	return z.person
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// bundles is bundle export FILE: the bundle that terminals fetch, as a file for one
// without a network. Nothing in it is secret, and nobody can change it on the way.
func bundles(ctx context.Context, c config, args []string, out io.Writer) error {
	if len(args) != 2 || args[0] != "export" {
		return errUsage
	}
	o := &office{config: c}
	defer o.close()
	var jws bytes.Buffer
	if err := o.do(ctx, request{Args: []string{"bundle"}}, &jws); err != nil {
		return err
	}
	said, err := protocol.DecodeFirstBundle(jws.Bytes())
	if err != nil {
		return err
	}
	if err := putFile(args[1], append(jws.Bytes(), '\n')); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "bundle version %d of %s, for %s, is in %s; at the terminal: watashi-provision bundle import FILE\n",
		said.Version, said.PlatformID, said.Environment, args[1])
	return err
}

// giveBundle is that command where the store is open.
func giveBundle(_ context.Context, p *platform.Platform, _ request, out io.Writer) error {
	jws, err := p.Bundle()
	if err != nil {
		return err
	}
	_, err = out.Write(jws)
	return err
}

// putFile writes a file that others may read, whole or not at all: a stick may be
// full, or pulled.
func putFile(path string, content []byte) error {
	if about, err := os.Stat(path); err == nil && about.IsDir() {
		return fmt.Errorf("%s is a folder: name a file in it, as %s", path, filepath.Join(path, "bundle.jws"))
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
)

// initFlags are those of init alone.
type initFlags struct {
	token, file, environment string
	protection, chip         string
	replace                  bool
}

func (f *initFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&f.token, "token", "", "")
	flags.StringVar(&f.file, "token-file", "", "")
	flags.StringVar(&f.environment, "environment", string(protocol.Production), "")
	flags.StringVar(&f.protection, "protection", provisioning.ProtectionAuto, "")
	flags.StringVar(&f.chip, "tpm", "", "")
	flags.BoolVar(&f.replace, "replace", false, "")
}

func runInit(ctx context.Context, args []string, in io.Reader, out, complaints io.Writer) int {
	var o options
	var f initFlags
	if code, ok := parse("init", args, complaints, &o, f.register); !ok {
		return code
	}
	steps := out
	if o.json {
		steps = complaints // standard output is for the one object
	}
	if f.token == "" && f.file == "" && isKeyboard(in) {
		fmt.Fprintln(complaints, "Paste or scan the provisioning token, then press Enter:")
	}
	err := provision(ctx, o, f, in, steps)
	return tell(o, err, out, complaints)
}

func provision(ctx context.Context, o options, f initFlags, in io.Reader, steps io.Writer) error {
	token, err := readToken(f, in)
	if err != nil {
		return err
	}
	return provisioning.Init(ctx, provisioning.InitConfig{
		Token: token, StateDir: o.state, UplinkDir: o.uplink,
		Environment: protocol.Environment(f.environment), Protection: f.protection, Device: f.chip, Replace: f.replace, Report: steps,
	})
}

// readToken takes the token from where it was given; without a flag, from
// standard input, where a scanner or a pipe puts it.
func readToken(f initFlags, in io.Reader) (protocol.Token, error) {
	text := f.token
	switch {
	case f.token != "" && f.file != "":
		return protocol.Token{}, errors.New("both --token and --token-file given")
	case f.file != "":
		file, err := os.Open(f.file)
		if err != nil {
			return protocol.Token{}, err
		}
		defer file.Close()
		in = file
		fallthrough
	case f.token == "":
		line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
		if err != nil && err != io.EOF {
			return protocol.Token{}, fmt.Errorf("reading the token: %w", err)
		}
		text = line
	}
	return protocol.ParseToken(strings.TrimSpace(text))
}

// isKeyboard reports whether somebody sits at the other end.
func isKeyboard(in io.Reader) bool {
	file, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// result is what --json prints of init.
type result struct {
	Result string `json:"result"` // the name of an exit
	Error  string `json:"error,omitempty"`
	Remedy string `json:"remedy,omitempty"`
}

// tell says how it ended, and what to do.
func tell(o options, err error, out, complaints io.Writer) int {
	e := exitOf(err)
	if o.json {
		r := result{Result: e.name}
		if err != nil {
			r.Error, r.Remedy = err.Error(), e.remedy
		}
		if json.NewEncoder(out).Encode(r) != nil {
			return exitOther
		}
		return e.code
	}
	if err != nil {
		fmt.Fprintf(complaints, "\n%s: %v\n\n%s\n", e.meaning, err, e.remedy)
	}
	return e.code
}

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

// enrol is the command enrol: it answers what machines without a network left on a
// stick, each request with a file beside it. A refusal is an answer as well, and the
// command then ends with an error.
func enrol(ctx context.Context, c config, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	o := &office{config: c}
	defer o.close()
	var all error
	for _, path := range args {
		if err := enrolOne(ctx, o, path, out); err != nil {
			all = errors.Join(all, fmt.Errorf("%s: %w", path, err))
		}
	}
	return all
}

func enrolOne(ctx context.Context, o *office, path string, out io.Writer) error {
	file, err := readRequest(path)
	if err != nil {
		return err
	}
	r, err := protocol.ReadEnrolRequest(file)
	if err != nil {
		return fmt.Errorf("%w: have the machine write it anew", err)
	}
	var answer bytes.Buffer
	if err := o.do(ctx, request{Args: []string{"enrol-item"}, File: file}, &answer); err != nil {
		return err
	}
	said, err := protocol.ReadEnrolAnswer(answer.Bytes())
	if err != nil {
		return err
	}
	to := filepath.Join(filepath.Dir(path), r.AnswerFile())
	if err := putFile(to, answer.Bytes()); err != nil {
		return err
	}
	return tellAnswer(said, to, out)
}

// tellAnswer says what the stick has to do now.
func tellAnswer(said protocol.SignedAnswer, to string, out io.Writer) error {
	what := "all that the machine needs"
	switch {
	case said.Problem != nil:
		return fmt.Errorf("refused, and the machine is told so in %s: %w", to, *said.Problem)
	case said.Challenge != nil:
		what = "a challenge for the machine's TPM: the stick comes a second time, before " + moment(said.Challenge.Expires)
	}
	_, err := fmt.Fprintf(out, "%s holds %s; bring the stick back to the machine\n", to, what)
	return err
}

func readRequest(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxCommand/2)) // more is refused as too large
}

// enrolItem is a command of the administration: the request is the file, the answer
// is what it prints. A refusal is an answer too.
func enrolItem(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	answer, err := p.Enrol(ctx, r.File)
	if len(answer) == 0 {
		return err
	}
	_, err = out.Write(answer)
	return err
}

package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// maxSecret is more than any secret has. A longer line is refused, not cut.
const maxSecret = 64

// ErrSecretLine: nobody gave a secret, or more than one may be.
var ErrSecretLine = errors.New("the line is too long or not there")

// AskSecret gives the next line of in; whoever asked wipes it. A person is asked, and
// sees nothing of what they type. Secrets come from standard input: a command line
// would show them to everybody on the machine, and a file would keep them.
func AskSecret(ctx context.Context, in io.Reader, says io.Writer, question string) ([]byte, error) {
	read := readLine
	if IsTerminal(in) {
		fmt.Fprintf(says, "%s: ", question)
		read = readHidden
		restore := keepEcho(in.(*os.File))
		defer func() { restore(); fmt.Fprintln(says) }()
	}
	type answer struct {
		line []byte
		err  error
	}
	answers := make(chan answer)
	go func() { // a read cannot be cut short; a card that leaves must not wait for it
		line, err := read(in)
		select {
		case answers <- answer{line, err}:
		case <-ctx.Done():
			clear(line)
		}
	}()
	select {
	case a := <-answers:
		return a.line, a.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// readLine reads one line without its end, a byte at a time: what follows belongs
// to the next question, and no buffer keeps a copy.
func readLine(in io.Reader) ([]byte, error) {
	line, one := make([]byte, 0, maxSecret), make([]byte, 1)
	for {
		n, err := in.Read(one)
		switch {
		case n == 1 && one[0] == '\n', n == 0 && err == io.EOF && len(line) > 0:
			return trimCR(line), nil
		case n == 0 && err == nil:
			continue
		case n == 0 || len(line) == maxSecret:
			clear(line)
			return nil, ErrSecretLine
		}
		line = append(line, one[0])
		one[0] = 0
	}
}

func trimCR(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// readHidden reads one line from a keyboard without echo.
func readHidden(in io.Reader) ([]byte, error) {
	return term.ReadPassword(int(in.(*os.File).Fd()))
}

// keepEcho has the terminal echo again, also when nobody waits for the line any
// more.
func keepEcho(keyboard *os.File) (restore func()) {
	fd := int(keyboard.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(fd, state) } // there is nothing else to try
}

package console_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/console/ptytest"
)

// shown is what stands on a terminal of that width after the writes.
func shown(t *testing.T, columns uint16, writes ...string) string {
	t.Helper()
	person, program := ptytest.Pair(t)
	if err := unix.IoctlSetWinsize(int(program.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	out := console.Wrap(t.Context().Done(), program)[0]
	for _, text := range append(writes, "\x04") { // a mark of the end
		if n, err := out.Write([]byte(text)); err != nil || n != len(text) {
			t.Fatalf("wrote %d of %d: %v", n, len(text), err)
		}
	}
	var all bytes.Buffer
	for buffer := make([]byte, 1024); !strings.HasSuffix(all.String(), "\x04"); {
		n, err := person.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(buffer[:n])
	}
	return strings.TrimSuffix(strings.ReplaceAll(all.String(), "\r\n", "\n"), "\x04")
}

func TestLinesAreBrokenBetweenWordsOnATerminal(t *testing.T) {
	forty := strings.Repeat("1234567 ", 5) // 39 and a blank
	for _, test := range []struct {
		writes []string
		want   string
	}{
		{[]string{"short\n"}, "short\n"},
		{[]string{strings.TrimSpace(forty) + "\nnext\n"}, strings.TrimSpace(forty) + "\nnext\n"},
		{[]string{forty + "word\n"}, strings.TrimSpace(forty) + "\nword\n"},
		{[]string{"   " + forty + "word\n"}, "   " + strings.TrimSpace(forty[:32]) + "\n   1234567 word\n"},
		{[]string{"1/6  \x1b[32mok\x1b[0m   " + forty[:24] + "\x1b[31m123456\x1b[0m\n"}, "1/6  \x1b[32mok\x1b[0m   " + forty[:24] + "\x1b[31m123456\x1b[0m\n"},
		{[]string{strings.Repeat("x", 60) + " end\n"}, strings.Repeat("x", 60) + "\nend\n"},
		{[]string{"press Enter: ", "\n"}, "press Enter: \n"},
		{[]string{forty[:32], "1234567 ", "word\n"}, strings.TrimSpace(forty) + " \nword\n"},
	} {
		if got := shown(t, 40, test.writes...); got != test.want {
			t.Errorf("%q: got\n%q, want\n%q", test.writes, got, test.want)
		}
	}
}

func TestLinesForProgramsAreLeftAlone(t *testing.T) {
	var out bytes.Buffer
	long := strings.Repeat("word ", 50)
	fmt.Fprint(console.Wrap(nil, &out)[0], long)
	if out.String() != long {
		t.Errorf("got %q", out.String())
	}
	if got := shown(t, 20, long); got != long { // no room to break into
		t.Errorf("on a terminal of 20 columns: got %q", got)
	}
}

func TestAnInterruptionBreaksTheLineOnce(t *testing.T) {
	person, program := ptytest.Pair(t)
	if err := unix.IoctlSetWinsize(int(program.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	both := console.Wrap(ctx.Done(), program, program)
	out, says := both[0], both[1]
	fmt.Fprint(says, "sharp? [y/n] ")
	interrupt()
	fmt.Fprint(out, "5/6 stopped\n")
	fmt.Fprint(says, "interrupted\n\x04")
	text, err := bufio.NewReader(person).ReadString('\x04')
	if want := "sharp? [y/n] \r\n5/6 stopped\r\ninterrupted\r\n\x04"; err != nil || text != want {
		t.Errorf("got %q (%v), want %q", text, err, want)
	}
}

package haltest

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
)

// A transcript is text, a line each way:
//
//	> 00 A4 02 0C 02 00 1B  ; what a person adds
//	< 90 00
//	> 00 20 00 80 06 ** ** ** ** ** **
//	! card removed
//
// Hex pairs in capitals; ** hides a byte of a secret, and in a playback takes any;
// an exclamation mark says that the line failed instead. Empty lines and lines
// that begin with a semicolon say nothing.

// Recorder is a card that writes down what passes through it to another.
type Recorder struct {
	card  hal.Card
	mu    sync.Mutex
	lines []string
}

// NewRecorder records what goes to card.
func NewRecorder(card hal.Card) *Recorder { return &Recorder{card: card} }

// Unwrap is the card behind.
func (r *Recorder) Unwrap() hal.Card { return r.card }

// ATR is the ATR of the card behind.
func (r *Recorder) ATR() []byte { return r.card.ATR() }

// MaxData is what the card behind says; 256 where it says nothing.
func (r *Recorder) MaxData() int { return maxData(r.card) }

// Transmit passes a command on and writes both ways down.
func (r *Recorder) Transmit(ctx context.Context, cmd []byte) ([]byte, error) {
	sent := "> " + commandText(cmd)
	answer, err := r.card.Transmit(ctx, cmd)
	received := "< " + hexPairs(answer)
	if err != nil {
		received = "! " + err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, sent, received)
	return answer, err
}

// Transcript is what was recorded. The data of VERIFY and of CHANGE REFERENCE DATA
// is not in it.
func (r *Recorder) Transcript() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "\n") + "\n"
}

// Playback is a card that answers from a transcript. A command other than the one
// written down fails the test, as do a command too many and, when the test ends,
// one that was not sent.
type Playback struct {
	t     testing.TB
	atr   []byte
	mu    sync.Mutex
	turns []turn
	next  int
}

// A turn is one command and its answer.
type turn struct {
	sent   string // as commandText gives it
	answer []byte
	err    error
}

// NewPlayback plays a transcript back.
func NewPlayback(t testing.TB, atr []byte, transcript string) *Playback {
	t.Helper()
	turns, err := parseTranscript(transcript)
	if err != nil {
		t.Fatal(err)
	}
	p := &Playback{t: t, atr: atr, turns: turns}
	t.Cleanup(p.finish)
	return p
}

// ATR is the one that was given.
func (p *Playback) ATR() []byte { return append([]byte(nil), p.atr...) }

// Transmit answers as the transcript says.
func (p *Playback) Transmit(ctx context.Context, cmd []byte) ([]byte, error) {
	p.t.Helper()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == len(p.turns) {
		p.t.Errorf("playback: a command too many: %s", commandText(cmd))
		return nil, hal.ErrGone
	}
	turn := p.turns[p.next]
	if got := commandText(cmd); got != maskLike(turn.sent, got) {
		p.t.Errorf("playback: command %d\n got %s\nwant %s", p.next+1, got, turn.sent)
		return nil, hal.ErrGone
	}
	p.next++
	return append([]byte(nil), turn.answer...), turn.err
}

func (p *Playback) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, turn := range p.turns[p.next:] {
		p.t.Errorf("playback: not sent: %s", turn.sent)
	}
}

// parseTranscript reads pairs of lines.
func parseTranscript(text string) ([]turn, error) {
	var turns []turn
	open := false // a command waits for its answer
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), ";")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		sent := line[0] == '>'
		if sent == open {
			return nil, fmt.Errorf("reading a transcript: line %d: commands and answers do not alternate", n)
		}
		if sent {
			turns = append(turns, turn{sent: strings.Join(strings.Fields(line[1:]), " ")})
		} else if err := turns[len(turns)-1].answered(line); err != nil {
			return nil, fmt.Errorf("reading a transcript: line %d: %w", n, err)
		}
		open = sent
	}
	if open {
		return nil, fmt.Errorf("reading a transcript: the last command has no answer")
	}
	return turns, lines.Err()
}

func (t *turn) answered(line string) error {
	switch line[0] {
	case '<':
		answer, err := hex.DecodeString(strings.Join(strings.Fields(line[1:]), ""))
		t.answer = answer
		return err
	case '!':
		t.err = lineError(strings.TrimSpace(line[1:]))
		return nil
	}
	return fmt.Errorf("a line begins with %q", line[0])
}

// lineError is the hal error of that text, or a new one.
func lineError(text string) error {
	for _, err := range []error{
		hal.ErrCardRemoved, hal.ErrCardMute, hal.ErrCardCollision, hal.ErrLength,
		hal.ErrGone, hal.ErrBusy, hal.ErrUnavailable, hal.ErrTimeout,
	} {
		if err.Error() == text {
			return err
		}
	}
	return fmt.Errorf("%s", text)
}

// maskLike is got where want has stars, and want elsewhere.
func maskLike(want, got string) string {
	if len(want) != len(got) {
		return want
	}
	out := []byte(want)
	for i := range out {
		if out[i] == '*' {
			out[i] = got[i]
		}
	}
	return string(out)
}

// commandText is a command in hex pairs, its secrets hidden.
func commandText(cmd []byte) string {
	pairs := strings.Fields(hexPairs(cmd))
	secret := len(cmd) > 5 && (cmd[1] == 0x20 || cmd[1] == 0x24)
	for i := 5; secret && i < len(pairs); i++ {
		pairs[i] = "**"
	}
	return strings.Join(pairs, " ")
}

func hexPairs(b []byte) string { return fmt.Sprintf("% X", b) }

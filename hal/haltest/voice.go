package haltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Voice is a voice that writes down what it says. It may be used from any
// goroutine.
type Voice struct {
	// Pace is how long a character takes; 0 is no time at all. Set it before the first
	// Say.
	Pace time.Duration
	// Heard is told each text when it begins; nil for nobody. Set it before the first
	// Say.
	Heard func(hal.Speech)

	languages []string

	mu     sync.Mutex
	said   []hal.Speech
	runes  int
	cutOff context.CancelCauseFunc
	silent chan struct{}
}

var _ hal.Voice = (*Voice)(nil)

// NewVoice speaks these languages.
func NewVoice(languages ...string) *Voice {
	quiet := make(chan struct{})
	close(quiet)
	return &Voice{languages: languages, cutOff: func(error) {}, silent: quiet}
}

// Speaks reports what NewVoice was told.
func (v *Voice) Speaks(language string) error {
	if !slices.Contains(v.languages, language) {
		return fmt.Errorf("speaking %s: %w", language, errors.ErrUnsupported)
	}
	return nil
}

// Say writes the text down and takes its time.
func (v *Voice) Say(ctx context.Context, s hal.Speech) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := v.Speaks(s.Language); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	mine := make(chan struct{})
	defer close(mine)
	<-v.begin(s, cancel, mine)
	if v.Heard != nil && ctx.Err() == nil {
		v.Heard(s)
	}
	for range s.Text {
		if err := v.character(ctx, s.Volume); err != nil {
			return err
		}
	}
	return nil
}

// begin breaks off what is said, and gives the end of it.
func (v *Voice) begin(s hal.Speech, cancel context.CancelCauseFunc, mine chan struct{}) (silent <-chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.cutOff(hal.ErrBrokenOff)
	silent = v.silent
	v.cutOff, v.silent = cancel, mine
	v.said = append(v.said, s)
	return silent
}

func (v *Voice) character(ctx context.Context, volume hal.Volume) error {
	if v.Pace > 0 {
		select {
		case <-time.After(v.Pace):
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.runes += int(100 * volume.Of())
	return nil
}

// Said is all that was begun, in order.
func (v *Voice) Said() []hal.Speech {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.said)
}

// Forget leaves nothing of what was said.
func (v *Voice) Forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	clear(v.said)
	v.said = nil
}

// Energy grows with each character that was heard, and the more the louder.
func (v *Voice) Energy() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.runes
}

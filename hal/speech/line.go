package speech

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// lastWords is how long the pipes of a command may stay open after it ended.
const lastWords = time.Second

// A line is the commands that say one sentence, one behind another.
type line struct {
	ctx    context.Context
	cancel context.CancelCauseFunc // a line without one of its commands is none
	all    []*exec.Cmd             // the player stands last
	ours   []io.Closer             // our ends of the pipes
	carry  func()                  // takes the sound from the engine to the player
}

func newLine(ctx context.Context, engine []Command, player Command) *line {
	l := &line{}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	for _, c := range append(engine[:len(engine):len(engine)], player) {
		l.all = append(l.all, command(l.ctx, c))
	}
	return l
}

// command hears and says nothing but through its pipes.
func command(ctx context.Context, c Command) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c[0], c[1:]...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	cmd.WaitDelay = lastWords
	apart(cmd)
	return cmd
}

// run says a sentence and returns when every command has ended.
func (l *line) run(sentence string, volume hal.Volume) error {
	defer l.cancel(nil)
	err := l.connect(sentence, volume)
	if err == nil {
		err = l.speak()
	}
	l.hangUp()
	return err
}

func (l *line) hangUp() {
	for _, c := range l.ours {
		c.Close()
	}
}

// connect lays the pipes.
func (l *line) connect(sentence string, volume hal.Volume) error {
	l.all[0].Stdin = io.MultiReader(strings.NewReader(sentence), strings.NewReader("\n")) // which is written without a copy
	for i, cmd := range l.all[:len(l.all)-1] {
		out, err := l.pipe(func(in *os.File) { cmd.Stdout = in })
		if err != nil {
			return err
		}
		l.all[i+1].Stdin = out
	}
	return l.soften(volume)
}

func (l *line) pipe(write func(*os.File)) (out *os.File, err error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("laying a pipe: %w", err)
	}
	l.ours = append(l.ours, out, in)
	write(in)
	return out, nil
}

// soften has the last pipe go through our hands, which make the sound as loud as it
// is wanted. The player reads from a pipe of its own: its end must not wait for more
// sound.
func (l *line) soften(volume hal.Volume) error {
	player := l.all[len(l.all)-1]
	sound := player.Stdin
	out, err := l.pipe(func(in *os.File) {
		l.carry = func() {
			_ = carry(in, sound, volume.Of()) // a player that does not listen says so by its end
			in.Close()
		}
	})
	player.Stdin = out
	return err
}

// speak starts all commands and waits for them. The first that fails ends all.
func (l *line) speak() error {
	var running sync.WaitGroup
	for i, cmd := range l.all {
		if err := cmd.Start(); err != nil {
			l.cancel(fmt.Errorf("starting %s: %w", cmd.Args[0], err))
			l.hangUp() // nobody waits for one that is not there
			break
		}
		l.handOver(i)
		running.Go(func() {
			if err := cmd.Wait(); err != nil {
				l.cancel(fmt.Errorf("running %s: %w", cmd.Args[0], err))
			}
		})
	}
	running.Go(l.carry)
	running.Wait()
	return context.Cause(l.ctx)
}

// handOver closes our ends of the pipes that a command has now: else the next one
// would never read the end, and we would never find that nobody listens.
func (l *line) handOver(i int) {
	if out, is := l.all[i].Stdout.(*os.File); is {
		out.Close()
	}
	if in, is := l.all[i].Stdin.(*os.File); is {
		in.Close()
	}
}

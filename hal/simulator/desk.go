package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A desk takes commands, one at a time, wherever they come from.
type desk struct {
	mu      sync.Mutex // one command at a time
	wallet  *wallet
	slot    *slot
	second  *slot // another reader, for another card
	printer *printer
	scanner *scanner // nil: none
	quit    func()
}

// A word is a command of the desk.
type word struct {
	usage string
	about string
	do    func(d *desk, ctx context.Context, args []string, out io.Writer) error
}

// words are the commands, in the order of "help".
func words() []word {
	return []word{
		{"insert", "put the card in", (*desk).insert},
		{"remove", "take the card out", (*desk).remove},
		{"citizen ID", "take another person's card", (*desk).citizen},
		{"situation ID", "have something else the matter with the card", (*desk).situation},
		{"second ID|none", "put that person's good card into the second reader, or take it out", (*desk).other},
		{"fault remove|lost K", "the card goes at its K-th command: before, or after carrying it out", (*desk).fault},
		{"fault delay K MS", "the K-th command takes longer", (*desk).fault},
		{"fault cut K N", "the K-th answer lacks its last N bytes", (*desk).fault},
		{"fault size K N", "the K-th answer brings N bytes too many, or with N below nought too few", (*desk).fault},
		{"fault answer K SW", "the K-th command is answered with a status word, in hex", (*desk).fault},
		{"mend", "forget the faults that have not struck", (*desk).mend},
		{"status", "tell what is in the reader", (*desk).status},
		{"touched", "tell which forbidden objects were touched", (*desk).touched},
		{"transcript", "tell what went over the line", (*desk).transcript},
		{printerUsage(), "have something the matter with the printer, or all mended", (*desk).printerWord},
		{"scan TEXT", "hold a code to the scanner", (*desk).scan},
		{"slips", "tell how many slips were printed", (*desk).slips},
		{"slip N PATH", "write the N-th slip to a PNG file", (*desk).slip},
		{"help", "list the commands", (*desk).help},
		{"quit", "end", (*desk).end},
	}
}

// serve takes commands until ctx ends. The end of the standard input ends nothing:
// a service has none.
func (d *desk) serve(ctx context.Context, control string, in io.Reader, out io.Writer) error {
	var listener net.Listener
	if control != "" {
		var err error
		if listener, err = listen(ctx, control); err != nil {
			return err
		}
	}
	fmt.Fprintln(out, "ready")
	go d.converse(ctx, in, out)
	if listener != nil {
		return d.accept(ctx, listener)
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// listen opens the socket to its owner alone.
func listen(ctx context.Context, path string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listening for commands: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		listener.Close()
		return nil, fmt.Errorf("listening for commands: %w", err)
	}
	return listener, nil
}

// accept returns when its connections have ended too.
func (d *desk) accept(ctx context.Context, listener net.Listener) error {
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	var conns sync.WaitGroup
	defer conns.Wait()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return errors.Join(context.Cause(ctx), ignoreClosed(err))
		}
		conns.Go(func() {
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			defer conn.Close()
			d.converse(ctx, conn, conn)
		})
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// converse answers line by line.
func (d *desk) converse(ctx context.Context, in io.Reader, out io.Writer) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		args := strings.Fields(lines.Text())
		if len(args) == 0 {
			continue
		}
		if err := d.obey(ctx, args, out); err != nil {
			fmt.Fprintln(out, "error:", err)
		} else {
			fmt.Fprintln(out, "ok")
		}
	}
}

func (d *desk) obey(ctx context.Context, args []string, out io.Writer) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range words() {
		if strings.Fields(w.usage)[0] == args[0] {
			return w.do(d, ctx, args[1:], out)
		}
	}
	return fmt.Errorf("there is no command %q", args[0])
}

func (d *desk) insert(ctx context.Context, _ []string, _ io.Writer) error {
	return d.slot.insert(ctx, d.wallet.card)
}

// remove is answered when pcscd must have noticed.
func (d *desk) remove(ctx context.Context, _ []string, _ io.Writer) error {
	d.slot.remove()
	return pause(ctx, time.Until(d.slot.emptied.Add(gap)))
}

// citizen takes the card out first: one does not turn into another in the slot.
func (d *desk) citizen(_ context.Context, args []string, _ io.Writer) error {
	if err := count(args, 1); err != nil {
		return err
	}
	d.slot.remove()
	return d.wallet.choose(args[0], d.wallet.situation)
}

func (d *desk) situation(_ context.Context, args []string, _ io.Writer) error {
	if err := count(args, 1); err != nil {
		return err
	}
	d.slot.remove()
	return d.wallet.choose(d.wallet.citizen, args[0])
}

func (d *desk) fault(_ context.Context, args []string, _ io.Writer) error {
	fault, err := parseFault(args)
	if err == nil {
		d.wallet.card.Break(fault)
	}
	return err
}

// other fills the second reader, which is empty otherwise.
func (d *desk) other(ctx context.Context, args []string, _ io.Writer) error {
	if err := count(args, 1); err != nil {
		return err
	}
	d.second.remove()
	if args[0] == "none" {
		return pause(ctx, time.Until(d.second.emptied.Add(gap)))
	}
	card, err := d.wallet.find(args[0], "good")
	switch {
	case err != nil:
		return err
	case card == d.wallet.card && d.slot.occupied():
		return errors.New("inserting the card: it is in the other reader")
	}
	return d.second.insert(ctx, card)
}

// parseFault reads "remove 7", "delay 3 2500", "cut 4 1", "size 4 -2", "answer 5 6F00".
func parseFault(args []string) (haltest.Fault, error) {
	if len(args) < 2 {
		return haltest.Fault{}, errors.New("a fault has a name and the number of a command")
	}
	k, err := strconv.Atoi(args[1])
	if err != nil || k < 1 {
		return haltest.Fault{}, fmt.Errorf("%q is no number of a command", args[1])
	}
	switch {
	case args[0] == "remove" && len(args) == 2:
		return haltest.RemovedAt(k), nil
	case args[0] == "lost" && len(args) == 2:
		return haltest.LostAt(k), nil
	case len(args) == 3:
		return parseMeasured(args[0], k, args[2])
	}
	return haltest.Fault{}, fmt.Errorf("there is no such fault: %s", strings.Join(args, " "))
}

func parseMeasured(name string, k int, measure string) (haltest.Fault, error) {
	base := 10
	if name == "answer" {
		base = 16
	}
	n, err := strconv.ParseInt(measure, base, 32)
	if err != nil || n > 0xFFFF || n < 0 && (name != "size" || n < -0xFFFF) {
		return haltest.Fault{}, fmt.Errorf("%q is no measure of a fault", measure)
	}
	switch name {
	case "delay":
		return haltest.DelayedAt(k, time.Duration(n)*time.Millisecond), nil
	case "cut":
		return haltest.CutAt(k, int(n)), nil
	case "size":
		return haltest.SizedAt(k, int(n)), nil
	case "answer":
		return haltest.AnsweredAt(k, uint16(n)), nil
	}
	return haltest.Fault{}, fmt.Errorf("there is no fault %q", name)
}

func (d *desk) mend(context.Context, []string, io.Writer) error {
	d.wallet.card.Mend()
	return nil
}

func (d *desk) status(_ context.Context, _ []string, out io.Writer) error {
	card := d.wallet.card
	fmt.Fprintf(out, "citizen %s\nsituation %s\ninserted %t\npowered %t\nverified %t\ntries-left %d\n",
		d.wallet.citizen, d.wallet.situation, d.slot.occupied(), card.Powered(), card.Verified(), card.TriesLeft())
	if cert := card.Certificate(); cert != nil {
		fmt.Fprintf(out, "serial %s\n", cert.SerialNumber.Text(16))
	}
	return nil
}

func (d *desk) touched(_ context.Context, _ []string, out io.Writer) error {
	for _, line := range d.wallet.card.Touched() {
		fmt.Fprintln(out, line)
	}
	return nil
}

func (d *desk) transcript(_ context.Context, _ []string, out io.Writer) error {
	for _, line := range d.wallet.card.Transcript() {
		fmt.Fprintln(out, line)
	}
	return nil
}

func (d *desk) help(_ context.Context, _ []string, out io.Writer) error {
	for _, w := range words() {
		fmt.Fprintf(out, "%s\n    %s\n", w.usage, w.about)
	}
	return nil
}

func (d *desk) end(context.Context, []string, io.Writer) error {
	d.quit()
	return nil
}

func count(args []string, n int) error {
	if len(args) != n {
		return fmt.Errorf("the command takes %d words, not %d", n, len(args))
	}
	return nil
}

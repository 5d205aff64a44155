package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"syscall"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// importQueue is the command import-queue: it takes in what a terminal without a
// network has exported to a file, and writes the receipts as a file for the way back.
// The file is read to its end before anything is taken in; one that is not whole, or
// from a machine that is not ours, changes nothing. The same file again gets the same
// receipts.
func importQueue(ctx context.Context, c config, args []string, out, log io.Writer) error {
	if len(args) != 1 {
		return errUsage
	}
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	head, err := judgeQueue(file, log)
	if err != nil {
		return fmt.Errorf("%s: %w; nothing was taken in", args[0], err)
	}
	o := &office{config: c}
	defer o.close()
	if err := o.do(ctx, request{Args: []string{"terminal", head.Terminal}}, io.Discard); err != nil {
		return fmt.Errorf("%s is from terminal %s: %w; nothing was taken in", args[0], head.Terminal, err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return takeQueue(ctx, o, head, file, out, log)
}

// judgeQueue reads a file to its end, and says of each bad line why.
func judgeQueue(file io.Reader, log io.Writer) (protocol.CarriedHead, error) {
	bad := 0
	head, count, err := protocol.ReadCarried(file, protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error {
		if l.Err != nil {
			bad++
			fmt.Fprintf(log, "line %d: %v\n", l.Number, l.Err)
		}
		return nil
	})
	if err == nil && bad > 0 {
		err = fmt.Errorf("%d of %d lines are bad", bad, count)
	}
	return head, err
}

// takeQueue takes a judged file in, line by line.
func takeQueue(ctx context.Context, o *office, head protocol.CarriedHead, file io.Reader, out, log io.Writer) error {
	head.Format = protocol.FormatReceipts
	receipts, err := protocol.WriteCarried(out, head)
	if err != nil {
		return err
	}
	left := 0
	_, count, err := protocol.ReadCarried(file, protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error {
		if l.Err != nil { // somebody writes into the file meanwhile
			return l.Err
		}
		answer, err := o.take(ctx, l.Item)
		if err != nil {
			return err
		}
		if answer.Problem != "" {
			left++
		}
		fmt.Fprintf(log, "line %d: %s %s: %s\n", l.Number, l.Item.Kind, l.Item.ID, cmp.Or(answer.Problem, answer.Says()))
		return protocol.AddCarried(receipts, answer)
	})
	if err != nil {
		return fmt.Errorf("importing: %w; run it again with the same file", err)
	}
	if err := receipts.Close(); err != nil {
		return err
	}
	if left > 0 {
		return fmt.Errorf("%d of %d got no receipt; they stay in the terminal", left, count)
	}
	return nil
}

// importItem is a command of the administration: one item of a queue, which is the
// file. It answers with one line of the receipts; an error is a fault of our own.
func importItem(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	id, err := protocol.ParseID(r.Args[2])
	if err != nil {
		return err
	}
	take := p.Import
	if r.Args[1] == protocol.CarriedWithdrawal {
		take = p.ImportWithdrawal
	}
	receipt, err := take(ctx, id, r.File)
	answer := protocol.CarriedReceipt{ID: id, Receipt: string(receipt)}
	if said, ok := errors.AsType[protocol.Problem](err); ok && said.Status < 500 {
		answer.Problem, err = oneLine(said), nil
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(answer)
}

func oneLine(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	return text[:min(len(text), 300)]
}

// An office does commands where the store is open: in the running service, or here
// when that rests.
type office struct {
	config
	own *platform.Platform
}

func (o *office) do(ctx context.Context, r request, out io.Writer) error {
	if o.own == nil {
		err := askService(ctx, o.config, r, out)
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
		if o.own, err = o.open(ctx, slog.New(slog.DiscardHandler)); err != nil {
			return err
		}
	}
	return execute(ctx, o.own, r, out)
}

func (o *office) take(ctx context.Context, i protocol.CarriedItem) (answer protocol.CarriedReceipt, err error) {
	var line strings.Builder
	if err := o.do(ctx, request{Args: []string{"import-item", i.Kind, i.ID.String()}, File: []byte(i.Body)}, &line); err != nil {
		return answer, err
	}
	err = json.Unmarshal([]byte(line.String()), &answer)
	return answer, err
}

func (o *office) close() {
	if o.own != nil {
		o.own.Close()
	}
}

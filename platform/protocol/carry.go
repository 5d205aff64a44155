package protocol

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Files that are carried by hand between a terminal without a network and its
// platform: JSON lines, a head first and an end last, so that one that was cut is
// known as such. What is in them is sealed, or signed by the platform; the files
// themselves prove nothing.
//
//	{"format":"watashi-queue/1","terminal":"shop-7","time":"2026-11-24T03:00:00Z"}
//	{"kind":"registration","id":"…","sha256":"…","body":"…"}
//	{"end":true,"count":1}
const (
	// FormatQueue holds what waits in a terminal, as CarriedItem.
	FormatQueue = "watashi-queue/1"
	// FormatReceipts holds what a platform answers to that, as CarriedReceipt.
	FormatReceipts = "watashi-receipts/1"
)

// Kinds of a CarriedItem.
const (
	CarriedRegistration = "registration"
	CarriedWithdrawal   = "withdrawal"
)

// Bounds of such a file.
const (
	maxCarriedLine = MaxBody + 4<<10
	maxCarried     = 100_000
)

// ErrCarried: a carried file that is not whole, or is none.
var ErrCarried = errors.New("not a whole file of this kind")

// CarriedHead is the first line.
type CarriedHead struct {
	Format   string    `json:"format"`
	Terminal string    `json:"terminal"`
	Time     time.Time `json:"time"`
}

// CarriedItem is one sealed body on its way to the platform.
type CarriedItem struct {
	Kind   string `json:"kind"`
	ID     ID     `json:"id"`
	SHA256 Digest `json:"sha256"`
	Body   string `json:"body"` // a compact JWE or JWS
}

// CarriedReceipt is the platform's answer to one item: a receipt, or why it gave
// none.
type CarriedReceipt struct {
	ID      ID     `json:"id"`
	Receipt string `json:"receipt,omitempty"`
	Problem string `json:"problem,omitempty"`
}

// Says is what a receipt says, as verdict and reason, for people. Nothing of it is
// verified here.
func (r CarriedReceipt) Says() string {
	var said Receipt
	if json.Unmarshal(unverified([]byte(r.Receipt)), &said) != nil {
		return ""
	}
	return strings.TrimSpace(string(said.Verdict) + " " + said.Reason)
}

type carriedEnd struct {
	End   bool `json:"end"`
	Count int  `json:"count"`
}

// Carried is what a line between head and end may be.
type Carried interface {
	CarriedItem | CarriedReceipt
	carried() (ID, error)
}

func (i CarriedItem) carried() (ID, error) {
	switch {
	case i.Kind != CarriedRegistration && i.Kind != CarriedWithdrawal:
		return i.ID, errors.New("neither a registration nor a withdrawal")
	case i.Body == "" || len(i.Body) > MaxBody:
		return i.ID, errors.New("a body that is empty or too large")
	case SHA256([]byte(i.Body)) != i.SHA256:
		return i.ID, errors.New("the body is not that of its digest")
	}
	return i.ID, nil
}

func (r CarriedReceipt) carried() (ID, error) {
	switch {
	case (r.Receipt == "") == (r.Problem == ""):
		return r.ID, errors.New("neither a receipt nor a problem")
	case len(r.Problem) > 300:
		return r.ID, errors.New("a problem that is too long")
	}
	return r.ID, nil
}

// A CarriedWriter writes such a file line by line. Without Close it is not whole.
type CarriedWriter struct {
	w     io.Writer
	count int
}

// WriteCarried writes the head.
func WriteCarried(w io.Writer, head CarriedHead) (*CarriedWriter, error) {
	head.Time = head.Time.UTC().Truncate(time.Second)
	return &CarriedWriter{w: w}, writeLine(w, head)
}

// AddCarried writes one line.
func AddCarried[T Carried](c *CarriedWriter, line T) error {
	if _, err := line.carried(); err != nil {
		return fmt.Errorf("writing a carried file: %w", err)
	}
	c.count++
	return writeLine(c.w, line)
}

// Close writes the end; the writer beneath is the caller's to close.
func (c *CarriedWriter) Close() error { return writeLine(c.w, carriedEnd{true, c.count}) }

func writeLine(w io.Writer, v any) error {
	line, err := json.Marshal(v)
	if err == nil {
		_, err = w.Write(append(line, '\n'))
	}
	return err
}

// A CarriedLine is one that was read: what it holds, or what is wrong with it.
type CarriedLine[T Carried] struct {
	Number int // from 1, the head's
	Item   T
	Err    error
}

// ReadCarried reads such a file to its end and visits each line between head and
// end, the bad ones too; a visitor's error ends it. It fails with ErrCarried when the
// file is of another format, was cut, or goes on behind its end. A reader that may
// change something reads it twice: nothing is known of a file before its end.
func ReadCarried[T Carried](r io.Reader, format string, visit func(CarriedLine[T]) error) (head CarriedHead, count int, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxCarriedLine)
	if head, err = readHead(lines, format); err != nil {
		return CarriedHead{}, 0, err
	}
	known := map[ID]bool{}
	for number := 2; lines.Scan(); number++ {
		var end carriedEnd
		if decodeLine(lines.Bytes(), &end) == nil && end.End {
			return head, count, endCarried(lines, end, count)
		}
		if count++; count > maxCarried {
			return head, count, fmt.Errorf("%w: more than %d lines", ErrCarried, maxCarried)
		}
		line := CarriedLine[T]{Number: number}
		line.Err = readCarriedLine(lines.Bytes(), &line.Item, known)
		if err := visit(line); err != nil {
			return head, count, err
		}
	}
	return head, count, cutCarried(lines)
}

func readHead(lines *bufio.Scanner, format string) (head CarriedHead, err error) {
	if !lines.Scan() {
		return head, cutCarried(lines)
	}
	if err := decodeLine(lines.Bytes(), &head); err != nil || head.Format != format {
		return head, fmt.Errorf("%w: its first line is not that of %s", ErrCarried, format)
	}
	if err := errors.Join(checkName("carried file: terminal", head.Terminal), wireTime("carried file", head.Time)); err != nil {
		return head, fmt.Errorf("%w: %w", ErrCarried, err)
	}
	return head, nil
}

func readCarriedLine[T Carried](line []byte, item *T, known map[ID]bool) error {
	if err := decodeLine(line, item); err != nil {
		return err
	}
	id, err := (*item).carried()
	switch {
	case err != nil:
		return err
	case id.IsZero():
		return errors.New("an id of zero")
	case known[id]:
		return errors.New("this id came before in this file")
	}
	known[id] = true
	return nil
}

// decodeLine takes a line only in the one form that we write.
func decodeLine(line []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return errors.New("not a line of this file")
	}
	again, err := json.Marshal(v)
	if err != nil || !bytes.Equal(again, line) {
		return errors.New("not a line as it is written")
	}
	return nil
}

func endCarried(lines *bufio.Scanner, end carriedEnd, count int) error {
	switch {
	case end.Count != count:
		return fmt.Errorf("%w: its end speaks of %d lines, and there are %d", ErrCarried, end.Count, count)
	case lines.Scan():
		return fmt.Errorf("%w: it goes on behind its end", ErrCarried)
	}
	return lines.Err()
}

// cutCarried is why there is no end.
func cutCarried(lines *bufio.Scanner) error {
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("%w: a line is too long", ErrCarried)
	case err != nil:
		return fmt.Errorf("reading a carried file: %w", err)
	}
	return fmt.Errorf("%w: it was cut", ErrCarried)
}

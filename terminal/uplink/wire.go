package uplink

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// kind says what an item is and so where it goes.
type kind string

const (
	registration kind = "registration"
	withdrawal   kind = "withdrawal"
	keyQuery     kind = "key-query"
	heartbeat    kind = "heartbeat"
)

// item is one thing to carry. Id and kind together name its body for good: an
// envelope never changes, and its withdrawal is of another kind.
type item struct {
	ID   protocol.ID `json:"id"`
	Kind kind        `json:"kind"`
}

// entry is one item of a list. Urgent: somebody stands and waits for it.
type entry struct {
	item
	Urgent bool `json:"urgent,omitempty"`
}

// list is what waits. Wanted counts how often somebody asked for the platform
// while there was no way to it.
type list struct {
	Items  []entry `json:"items"`
	Wanted uint64  `json:"wanted,omitempty"`
}

// receiptPost is the platform's answer to a registration or a withdrawal.
type receiptPost struct {
	item
	Receipt string `json:"receipt"`
}

// answerPost ends something alive: with the platform's answer, with its refusal,
// or because it is unreachable.
type answerPost struct {
	item
	Answer      string   `json:"answer,omitempty"`
	Refusal     *refusal `json:"refusal,omitempty"`
	Unreachable bool     `json:"unreachable,omitempty"`
}

// refusalPost reports that an item came to no receipt: the platform answered with
// an error, or, with status 0, there was no whole answer and Code is the cause.
type refusalPost struct {
	item
	refusal
}

type refusal struct {
	Status    int    `json:"status"`
	Code      string `json:"code"`
	Permanent bool   `json:"permanent"`
}

// clockPost is what the platform's clock showed, unsigned.
type clockPost struct {
	Date time.Time `json:"date"`
}

func (k kind) live() bool { return k == keyQuery || k == heartbeat }

// route is where the platform takes an item.
func (i item) route() (method, path string, err error) {
	switch i.Kind {
	case registration:
		return http.MethodPut, "/v1/registrations/" + i.ID.String(), nil
	case withdrawal:
		return http.MethodPut, "/v1/withdrawals/" + i.ID.String(), nil
	case keyQuery:
		return http.MethodPost, "/v1/registration-keys/query", nil
	case heartbeat:
		return http.MethodPost, "/v1/heartbeats", nil
	}
	return "", "", fmt.Errorf("item of unknown kind %q", i.Kind)
}

// etag names a state of the list, so that the other side can wait for the next.
func (l list) etag() string {
	raw, err := json.Marshal(l)
	if err != nil {
		panic(err) // nothing in a list can fail
	}
	return `"` + protocol.SHA256(raw).String() + `"`
}

// maxMessage bounds what crosses the socket: a body, and the JSON round it.
const maxMessage = protocol.MaxBody + 4<<10

// readBounded reads all of r, or nothing when it is longer than most.
func readBounded(r io.Reader, most int) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > most {
		return nil, fmt.Errorf("longer than %d bytes: %w", most, errTooLong)
	}
	return raw, nil
}

// decode reads one JSON value, with no member we did not define and nothing
// behind it.
func decode(raw []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// sortItems gives a list of living things, kept in a map, one order: queries
// before heartbeats.
func sortItems(items []entry) {
	slices.SortFunc(items, func(a, b entry) int {
		return cmp.Or(-cmp.Compare(a.Kind, b.Kind), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

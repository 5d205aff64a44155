package apdu

import (
	"context"
	"fmt"
	"slices"

	"github.com/digital-watashi/kiosk/hal"
)

const (
	insGetResponse = 0xC0
	// claChannel keeps the logical channel of a CLA and drops the rest: GET
	// RESPONSE belongs to the interindustry class also after a CLA 80.
	claChannel = 0x03
)

// Transmit sends one command and returns the whole answer. It fetches what a
// 61xx announces, and repeats a command once with the Le that a 6Cxx names, but
// only one that asked for data: a VERIFY has no Le and is never sent twice.
//
// The error speaks of the line, as hal.Card does, or wraps ErrCommand or
// ErrResponse; the status word is in the response.
func Transmit(ctx context.Context, card hal.Card, c Command) (Response, error) {
	r, err := exchange(ctx, card, c)
	if err != nil {
		return Response{}, err
	}
	if le, ok := r.SW.rightLe(); ok && c.Le > 0 {
		c.Le, c.Extended = le, false
		if r, err = exchange(ctx, card, c); err != nil {
			return Response{}, err
		}
	}
	return collect(ctx, card, c.CLA&claChannel, r)
}

// collect asks for the rest of a response until nothing is announced any more.
func collect(ctx context.Context, card hal.Card, cla byte, r Response) (Response, error) {
	data := r.Data
	for {
		n, ok := r.SW.more()
		if !ok {
			return Response{Data: data, SW: r.SW}, nil
		}
		var err error
		if r, err = exchange(ctx, card, Command{CLA: cla, INS: insGetResponse, Le: n}); err != nil {
			return Response{}, err
		}
		if _, more := r.SW.more(); more && len(r.Data) == 0 {
			return Response{}, fmt.Errorf("%w: announces data and brings none", ErrResponse)
		}
		if data = Join(data, r.Data); len(data) > MaxExtended {
			return Response{}, fmt.Errorf("%w: more than %d bytes", ErrResponse, MaxExtended)
		}
	}
}

// Join puts two parts of an answer together and overwrites them where they stood: append
// would leave what a card said behind, in a slice that nobody has.
func Join(a, b []byte) []byte {
	defer clear(a)
	defer clear(b)
	return slices.Concat(a, b)
}

// exchange is one command and one response on the line.
func exchange(ctx context.Context, card hal.Card, c Command) (Response, error) {
	// Room for the longest short command, so that no earlier copy of a secret
	// is left behind by a growing slice.
	buf := make([]byte, 0, max(headerLen+MaxShortData+2, len(c.Data)+headerLen+5))
	command, err := c.Append(buf)
	if err != nil {
		return Response{}, err
	}
	defer clear(command)
	answer, err := card.Transmit(ctx, command)
	if err != nil {
		return Response{}, err
	}
	return ParseResponse(answer)
}

package conformance

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Bounds of what is sent and of how often.

// floodSize is how many registration keys one app asks for in a row to be told to
// wait.
const floodSize = 12

func limitPromises() []Promise {
	return []Promise{
		{"too-large", "a body above its maxLength is refused with 413", "maxLength of every requestBody; 413", tooLarge},
		{"media-type", "a body of another media type is refused with 415", "content of every requestBody; 415", mediaType},
		{"nothing-elsewhere", "where no operation is described, or no id is named, nothing is", "paths; components.parameters.id", nothingElsewhere},
	}
}

// bodies are all operations that take JOSE, with the largest body of each.
func (t *trial) bodies() []struct {
	client *http.Client
	query
	most int
} {
	const small = 16 << 10
	carry, id := t.machines[0].carry, protocol.NewID()
	return []struct {
		client *http.Client
		query
		most int
	}{
		{t.apps, post(protocol.PathKeys, nil), small},
		{t.apps, post(protocol.PathActivations, nil), small},
		{t.apps, post(protocol.PathStanding, nil), small},
		{carry, post(protocol.PathKeyQuery, nil), small},
		{carry, post(protocol.PathHeartbeats, nil), small},
		{carry, put(protocol.PathWithdrawals, id, nil), small},
		{carry, put(protocol.PathRegistrations, id, nil), protocol.MaxBody},
	}
}

func tooLarge(ctx context.Context, t *trial) error {
	var broken error
	for _, b := range t.bodies() {
		b.body = bytes.Repeat([]byte("A"), b.most+1)
		r, err := t.ask(ctx, b.client, asIs(b.query))
		if err == nil {
			err = r.want(http.StatusRequestEntityTooLarge, "")
		}
		broken = errors.Join(broken, err)
	}
	return broken
}

func mediaType(ctx context.Context, t *trial) error {
	var broken error
	for _, b := range t.bodies() {
		b.body, b.media = []byte("{}"), protocol.MediaJSON
		r, err := t.ask(ctx, b.client, asIs(b.query))
		if err == nil {
			err = r.want(http.StatusUnsupportedMediaType, "")
		}
		broken = errors.Join(broken, err)
	}
	return broken
}

func nothingElsewhere(ctx context.Context, t *trial) error {
	noID := func(path string) query {
		return query{method: http.MethodPut, path: path + "no-id", media: protocol.MediaJOSE, body: []byte("e")}
	}
	for _, q := range []query{
		get("/elsewhere"), get("/v1/registrations"), get(protocol.PathRegistrations + protocol.NewID().String()),
		noID(protocol.PathRegistrations), noID(protocol.PathWithdrawals),
	} {
		r, err := t.ask(ctx, t.machines[0].carry, asIs(q))
		if err != nil {
			return err
		}
		if err := r.wantOneOf(http.StatusNotFound, http.StatusMethodNotAllowed); err != nil {
			return err
		}
	}
	return nil
}

// flood asks until it is told to wait, and looks at every answer of the run that
// told somebody to.
func flood(ctx context.Context, t *trial) error {
	app, waited := t.phone(), false
	for range floodSize {
		q, err := app.asks(ctx)
		if err != nil {
			return err
		}
		r, err := t.once(ctx, t.apps, q)
		if err != nil {
			return err
		}
		if waited = r.status == http.StatusTooManyRequests; waited {
			break
		}
	}
	if err := t.complaints(nameLater); err != nil || waited {
		return err
	}
	return notAsked("the platform put nothing off")
}

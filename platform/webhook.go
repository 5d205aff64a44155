package platform

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The webhook. Events wait in the store and are told at least once; the id says
// what was heard before. Those of one account come in their order, one after the
// other; those of others are not held up by them.
//
//	POST url            application/json: {"id","type","time","account","app","registration","reason"}
//	webhook-id          the event's id
//	webhook-timestamp   when it was sent, in seconds since 1970
//	webhook-signature   v1,BASE64(HMAC-SHA256(secret, id "." timestamp "." body))
//
// The three headers are those of Standard Webhooks, so its libraries verify them.
// Any 2xx confirms. Everything else is tried again, later and later.

const (
	hookTime   = 10 * time.Second
	hookFirst  = 10 * time.Second // before the second try
	hookLast   = time.Hour        // between tries at most
	hookAnswer = 4 << 10          // how much of an answer is read, so that the connection can be used again
	minSecret  = 24               // bytes, as Standard Webhooks has it
)

// Webhook is where events are told.
type Webhook struct {
	URL    string // https; http only to this machine itself
	Secret []byte // shared with the receiver, 24 bytes at least
	Client *http.Client
}

func (h Webhook) check() error {
	if h.URL == "" {
		return nil
	}
	u, err := url.Parse(h.URL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname()))) {
		return errors.New("webhook: the address has to be https")
	}
	if len(h.Secret) < minSecret {
		return fmt.Errorf("webhook: the secret has %d bytes, less than %d", len(h.Secret), minSecret)
	}
	return nil
}

// hook tells events.
type hook struct {
	Webhook

	mu    sync.Mutex
	fails int    // guarded by mu: in a row, whatever the event
	rest  Moment // guarded by mu: until when it is left alone
}

func newHook(h Webhook) *hook {
	if h.URL == "" {
		return nil
	}
	if h.Client == nil {
		refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		h.Client = &http.Client{Timeout: hookTime, CheckRedirect: refuse}
	}
	return &hook{Webhook: h}
}

// tellEvents delivers what is due, until nothing is or the receiver does not answer.
func (p *Platform) tellEvents(ctx context.Context) error {
	if p.hook == nil {
		return nil
	}
	for !p.hook.resting(p.now()) {
		var due []Event
		err := p.store.Update(ctx, func(w Writing) (err error) {
			due, err = w.ClaimEvents(p.mine(), claimBatch)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		for _, e := range due {
			if err := p.tellOne(ctx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellOne makes one try and writes down what came of it.
func (p *Platform) tellOne(ctx context.Context, e Event) error {
	if p.hook.resting(p.now()) {
		return nil // its claim runs out, or it is claimed again
	}
	failed := p.hook.post(ctx, e, p.now())
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	now := p.now()
	if failed == nil {
		e.Told = now
		p.count(eventsTold)
	} else {
		e.Tries++
		e.NotBefore = now.Add(backOff(e.Tries))
		p.count(eventsFailed)
		p.log.Warn("event not taken", "event", e.ID.String(), "kind", string(e.Kind), "tries", e.Tries, "cause", failed.Error())
	}
	p.hook.note(failed, now)
	return p.store.Update(ctx, func(w Writing) error { return w.KeepEvent(e) })
}

// backOff doubles from hookFirst to hookLast; the half of it is chance, so that
// what failed together does not come back together.
func backOff(tries int) time.Duration {
	wait := hookLast
	if tries < 10 {
		wait = min(hookFirst<<(tries-1), hookLast)
	}
	return wait/2 + rand.N(wait/2)
}

// errRefused: the receiver is there, but took this one not.
type errRefused int

// Error is the status.
func (s errRefused) Error() string { return "status " + strconv.Itoa(int(s)) }

func (h *hook) resting(now Moment) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return now.Before(h.rest)
}

// note leaves a receiver alone that is not there: one try answers for all that
// wait. One that refuses an event is there for the others.
func (h *hook) note(failed error, now Moment) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, refused := errors.AsType[errRefused](failed); failed == nil || refused {
		h.fails, h.rest = 0, Moment{}
		return
	}
	h.fails++
	h.rest = now.Add(min(backOff(h.fails), 5*time.Minute))
}

func (h *hook) post(ctx context.Context, e Event, now Moment) error {
	body, err := json.Marshal(notice(e))
	if err != nil {
		return err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	id, at := e.ID.String(), strconv.FormatInt(now.Unix(), 10)
	post.Header.Set("Content-Type", protocol.MediaJSON)
	post.Header.Set("Webhook-Id", id)
	post.Header.Set("Webhook-Timestamp", at)
	post.Header.Set("Webhook-Signature", "v1,"+h.sign(id, at, body))
	answer, err := h.Client.Do(post)
	if err != nil {
		return errors.New("no answer from the receiver") // the address may hold a secret
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, hookAnswer))
	switch {
	case answer.StatusCode/100 == 2:
		return nil
	case answer.StatusCode >= 500, answer.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("the receiver is not able: status %d", answer.StatusCode)
	}
	return errRefused(answer.StatusCode)
}

func (h *hook) sign(id, at string, body []byte) string {
	mac := hmac.New(sha256.New, h.Secret)
	fmt.Fprintf(mac, "%s.%s.%s", id, at, body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Notice is an event as it is told.
type Notice struct {
	ID           protocol.ID  `json:"id"`
	Type         EventKind    `json:"type"`
	Time         Moment       `json:"time"`
	Account      protocol.ID  `json:"account"`
	App          string       `json:"app,omitempty"`
	Registration *protocol.ID `json:"registration,omitempty"`
	Reason       string       `json:"reason,omitempty"`
}

func notice(e Event) Notice {
	return Notice{ID: e.ID, Type: e.Kind, Time: e.At, Account: e.Account, App: e.App, Registration: e.Registration, Reason: e.Reason}
}

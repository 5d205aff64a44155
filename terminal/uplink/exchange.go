package uplink

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// answer is what the platform said, bounded.
type answer struct {
	status int
	body   []byte
	after  time.Duration
	code   string
	etag   string
}

func (a answer) permanent() bool { return permanent(a.status) }

func (a answer) refusal() refusal { return refusal{a.status, a.code, a.permanent()} }

// told is what the platform says, in one word.
func (a answer) told() string {
	if a.code != "" {
		return a.code
	}
	return fmt.Sprintf("http-%d", a.status)
}

// send brings one item to the platform.
func (c *Carrier) send(ctx context.Context, i item, body []byte) (answer, error) {
	method, path, err := i.route()
	if err != nil {
		return answer{}, err
	}
	return c.ask(ctx, method, path, body, "")
}

// ask makes one exchange with the platform. An error means that there was no
// whole answer.
func (c *Carrier) ask(ctx context.Context, method, path string, body []byte, etag string) (answer, error) {
	path, query, _ := strings.Cut(path, "?")
	to := c.Base.JoinPath(path)
	to.RawQuery = query
	request, err := http.NewRequestWithContext(ctx, method, to.String(), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", protocol.MediaJOSE)
	}
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	response, err := c.Platform.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	c.relayClock(ctx, response.Header.Get("Date"))
	got, err := readBounded(response.Body, protocol.MaxBody)
	if err != nil {
		return answer{}, fmt.Errorf("reading the answer: %w", err)
	}
	a := answer{status: response.StatusCode, body: got, etag: response.Header.Get("ETag")}
	a.after = retryAfter(response.Header.Get("Retry-After"), time.Now())
	switch {
	case a.status/100 != 2:
		a.code = problemCode(got)
	case len(got) > 0 && media(response.Header) != protocol.MediaJOSE:
		return answer{}, errMedia
	}
	return a, nil
}

// media is the type of an answer, "" when it cannot be read.
func media(h http.Header) string {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// problemCode reads the one member we want of a problem+json. Others are
// tolerated: a gateway in between may answer in its own words.
func problemCode(body []byte) string {
	var p struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(body, &p) != nil || !word(p.Code) {
		return ""
	}
	return p.Code
}

// poll asks the Desk what waits, and tells it how the platform is.
func (c *Carrier) poll(ctx context.Context, etag string) (l list, next string, err error) {
	ctx, cancel := context.WithTimeout(ctx, LongestTurn)
	defer cancel()
	reachable, cause := c.link.state()
	query := url.Values{"platform": {"unreachable"}, "cause": {cause}}
	if reachable {
		query.Set("platform", "reachable")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://desk/outbox?"+query.Encode(), nil)
	if err != nil {
		return list{}, "", err
	}
	request.Header.Set("If-None-Match", etag)
	response, err := c.Desk.Do(request)
	if err != nil {
		return list{}, "", err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotModified {
		return list{}, etag, nil
	}
	raw, err := readBounded(response.Body, largestList)
	if err != nil || response.StatusCode != http.StatusOK {
		return list{}, "", fmt.Errorf("outbox answered %d: %w", response.StatusCode, err)
	}
	if err := decode(raw, &l); err != nil {
		return list{}, "", fmt.Errorf("reading the outbox: %w", err)
	}
	return l, response.Header.Get("ETag"), nil
}

// fetch gets one body from the Desk; without one, the outcome says why.
func (c *Carrier) fetch(ctx context.Context, i item) ([]byte, outcome) {
	url := "http://desk/outbox/" + string(i.Kind) + "/" + i.ID.String()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, outcome{cause: "desk"}
	}
	response, err := c.Desk.Do(request)
	if err != nil {
		return nil, outcome{cause: "desk"}
	}
	defer response.Body.Close()
	body, err := readBounded(response.Body, protocol.MaxBody)
	if err != nil || response.StatusCode != http.StatusOK {
		return nil, outcome{status: response.StatusCode, cause: "desk"}
	}
	return body, outcome{}
}

// deliver brings an answer to the Desk. One that the Desk will not take settles
// nothing, so the item is tried again, unless it is listed no more by then.
//
// What an answer settles is listed no more, often before the Desk has said that it took
// it. So the post outlasts its item, for as long as one may take: broken off, it would
// look like a failure, and be remembered as one.
func (c *Carrier) deliver(ctx context.Context, path string, message any) outcome {
	status, err := c.post(context.WithoutCancel(ctx), path, message)
	if err != nil {
		return outcome{cause: "desk"}
	}
	return outcome{done: status == http.StatusNoContent, status: status, cause: "answer-not-taken"}
}

func (c *Carrier) post(ctx context.Context, path string, message any) (status int, err error) {
	raw, err := json.Marshal(message)
	if err != nil {
		return 0, err
	}
	return c.postRaw(ctx, path, "application/json", raw)
}

func (c *Carrier) postRaw(ctx context.Context, path, media string, raw []byte) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, deskTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://desk"+path, bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", media)
	response, err := c.Desk.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, maxMessage))
	return response.StatusCode, err
}

// clockRelay keeps the Desk from being told the time at each exchange.
type clockRelay struct {
	mu   sync.Mutex
	last time.Time
	odd  bool // the last reading was far from our clock
}

// oddClock is how far from ours a clock is that something else may have answered
// for. The Desk judges by a limit of its own.
const oddClock = time.Minute

// relayClock tells the Desk what the platform's clock shows. A reading that is odd
// for the first time is asked for again at once: a terminal must not stay closed
// until the next probe for what one box on the way once said.
func (c *Carrier) relayClock(ctx context.Context, header string) {
	date, err := http.ParseTime(header)
	if err != nil {
		return
	}
	due, doubt := c.clock.take(date, time.Now())
	if doubt {
		c.link.doubt()
	}
	if !due {
		return
	}
	if _, err := c.post(ctx, "/clock", clockPost{date.UTC()}); err != nil {
		c.Log.Debug("clock not told", "error", err)
	}
}

// take reports whether a reading is to be told, and whether it is to be doubted.
func (r *clockRelay) take(date, now time.Time) (due, doubt bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	odd := now.Sub(date).Abs() > oddClock
	due = odd != r.odd || r.last.IsZero() || now.Sub(r.last) >= clockEvery
	doubt = odd && !r.odd
	r.odd = odd
	if due {
		r.last = now
	}
	return due, doubt
}

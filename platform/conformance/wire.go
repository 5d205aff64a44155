package conformance

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

const (
	requestTimeout = 30 * time.Second
	maxAnswer      = 2 * protocol.MaxBody // in bytes; a bundle may be larger than what terminals send
)

// reply is an answer, with the words for what was asked.
type reply struct {
	asked  string
	status int
	header http.Header
	body   []byte
}

func (r reply) problem() (p protocol.Problem) {
	_ = json.Unmarshal(r.body, &p) // that it is one, description.judge looks at
	return p
}

// String tells the status and the code. Bodies may be personal.
func (r reply) String() string {
	if code := r.problem().Code; r.status >= http.StatusBadRequest && code != "" {
		return fmt.Sprintf("%d %.40q", r.status, code)
	}
	return strconv.Itoa(r.status)
}

// want demands a status, and a problem's code unless that is "".
func (r reply) want(status int, code string) error {
	if r.status == status && (code == "" || r.problem().Code == code) {
		return nil
	}
	if code == "" {
		return fmt.Errorf("%s: got %s, want %d", r.asked, r, status)
	}
	return fmt.Errorf("%s: got %s, want %d %q", r.asked, r, status, code)
}

// wantOneOf demands one of some statuses.
func (r reply) wantOneOf(statuses ...int) error {
	for _, status := range statuses {
		if r.status == status {
			return nil
		}
	}
	return fmt.Errorf("%s: got %s, want one of %v", r.asked, r, statuses)
}

// read decodes the JSON of a success.
func (r reply) read(into any) error {
	if err := r.want(http.StatusOK, ""); err != nil {
		return err
	}
	if err := json.Unmarshal(r.body, into); err != nil {
		return fmt.Errorf("%s: %w", r.asked, err)
	}
	return nil
}

// query is a request to be.
type query struct {
	method, path, media string
	body                []byte
	header              map[string]string
}

func get(path string) query { return query{method: http.MethodGet, path: path} }

func post(path string, jose []byte) query {
	return query{method: http.MethodPost, path: path, media: protocol.MediaJOSE, body: jose}
}

func put(path string, id protocol.ID, jose []byte) query {
	return query{method: http.MethodPut, path: path + id.String(), media: protocol.MediaJOSE, body: jose}
}

// client speaks TLS 1.3 to the subject, with a certificate if there is one: it is
// shown even to a server that asks for those of other issuers.
func (t *trial) client(certs ...tls.Certificate) *http.Client {
	config := &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: t.subject.Roots}
	for _, cert := range certs {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 16}
	t.open = append(t.open, transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport, Timeout: requestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// once makes one request and has the answer judged.
func (t *trial) once(ctx context.Context, c *http.Client, q query) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, q.method, t.subject.URL+q.path, bytes.NewReader(q.body))
	if err != nil {
		return reply{}, err
	}
	if q.media != "" {
		request.Header.Set("Content-Type", q.media)
	}
	for name, value := range q.header {
		request.Header.Set(name, value)
	}
	return t.send(c, request)
}

func (t *trial) send(c *http.Client, request *http.Request) (reply, error) {
	response, err := c.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return reply{}, fmt.Errorf("%s %s: reading the answer: %w", request.Method, request.URL.Path, err)
	}
	if len(body) > maxAnswer {
		return reply{}, fmt.Errorf("%s %s: an answer of more than %d bytes", request.Method, request.URL.Path, maxAnswer)
	}
	r := reply{request.Method + " " + request.URL.Path, response.StatusCode, response.Header, body}
	t.note(r.asked, t.described.judge(request.Method, request.URL.Path, r))
	t.meet(request.Method, request.URL.Path, r)
	return r, nil
}

// ask makes a request, and again while it is put off: each time as build makes it
// anew, since a nonce serves once.
func (t *trial) ask(ctx context.Context, c *http.Client, build func(context.Context) (query, error)) (reply, error) {
	for left := t.subject.Patience; ; {
		q, err := build(ctx)
		if err != nil {
			return reply{}, err
		}
		r, err := t.once(ctx, c, q)
		if err != nil || (r.status != http.StatusTooManyRequests && r.status != http.StatusServiceUnavailable) {
			return r, err
		}
		wait := max(retryAfter(r), 100*time.Millisecond)
		if left -= wait; left < 0 {
			return r, fmt.Errorf("%s: got %s, and again after %s", r.asked, r, t.subject.Patience)
		}
		t.tellWait(r, wait)
		if err := sleep(ctx, wait); err != nil {
			return r, err
		}
	}
}

// tellWait tells one at a time.
func (t *trial) tellWait(r reply, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.subject.Waits(r.asked, d)
}

// asIs is a request that is the same each time.
func asIs(q query) func(context.Context) (query, error) {
	return func(context.Context) (query, error) { return q, nil }
}

func retryAfter(r reply) time.Duration {
	seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 24*3600 {
		return time.Second
	}
	return time.Duration(seconds) * time.Second
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// note files what is not as described under the promise that it breaks.
func (t *trial) note(asked string, err error) {
	if err == nil {
		return
	}
	name := nameDescribed
	switch {
	case errors.Is(err, errLater):
		name = nameLater
	case errors.Is(err, errProblem):
		name = nameProblems
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	said := fmt.Errorf("%s: %w", asked, err)
	if len(t.undescribed[name]) < maxUndescribed {
		t.undescribed[name] = append(t.undescribed[name], said)
	}
}

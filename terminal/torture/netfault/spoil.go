package netfault

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// largest bounds what is held of one message.
const largest = 1 << 20

// overtaking is how long a request waits at most for another to overtake it.
const overtaking = 2 * time.Second

// reply is what the platform answered.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// handle brings one request to the platform and its answer back, or what the
// fault leaves of both.
func (p *Proxy) handle(w http.ResponseWriter, r *http.Request) {
	defer p.pass()
	body, err := io.ReadAll(io.LimitReader(r.Body, largest))
	if err != nil {
		abort(w)
		return
	}
	switch fault := p.draw(r); fault {
	case ResetBefore:
		abort(w)
	case TooMany:
		problem(w, http.StatusTooManyRequests)
	case ServerError:
		problem(w, http.StatusInternalServerError)
	case Reorder:
		p.overtaken(r)
		p.bring(w, r, body, "")
	case Duplicate:
		if _, err := p.forward(r, body); err != nil {
			abort(w)
			return
		}
		p.bring(w, r, body, "")
	default:
		p.bring(w, r, body, fault)
	}
}

// bring asks the platform and spoils its answer.
func (p *Proxy) bring(w http.ResponseWriter, r *http.Request, body []byte, f Fault) {
	got, err := p.forward(r, body)
	if err != nil {
		abort(w)
		return
	}
	switch f {
	case ResetAfter:
		abort(w)
	case Stall:
		<-r.Context().Done()
	case CutBody:
		p.cut(w, got, func(*tls.Conn) {})
	case HalfClose:
		p.cut(w, got, halfClose)
	case SlowLoris:
		p.drip(w, r, got)
	case WrongClock:
		got.header.Set("Date", time.Now().Add(-2*time.Hour).UTC().Format(http.TimeFormat))
		got.write(w)
	default:
		got.write(w)
	}
}

// forward is one exchange with the platform.
func (p *Proxy) forward(r *http.Request, body []byte) (reply, error) {
	to := *p.config.Base.JoinPath(r.URL.Path)
	to.RawQuery = r.URL.RawQuery
	// What has been sent on arrives, whether the client waits for it or not.
	request, err := http.NewRequest(r.Method, to.String(), bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	request.Header = r.Header.Clone()
	response, err := p.config.Upstream.RoundTrip(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(io.LimitReader(response.Body, largest))
	return reply{response.StatusCode, response.Header, got}, err
}

func (g reply) write(w http.ResponseWriter) {
	g.head(w)
	w.Write(g.body)
}

func (g reply) head(w http.ResponseWriter) {
	for name, values := range g.header {
		w.Header()[name] = values
	}
	w.WriteHeader(g.status)
}

// overtaken waits until another request has passed.
func (p *Proxy) overtaken(r *http.Request) {
	p.mu.Lock()
	passed := p.passed
	p.mu.Unlock()
	timer := time.NewTimer(overtaking)
	defer timer.Stop()
	select {
	case <-passed:
	case <-timer.C:
	case <-r.Context().Done():
	}
}

func (p *Proxy) pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.passed)
	p.passed = make(chan struct{})
}

// drip writes the answer a byte at a time, until the client hangs up.
func (p *Proxy) drip(w http.ResponseWriter, r *http.Request, g reply) {
	g.head(w)
	control := http.NewResponseController(w)
	for i := range g.body {
		if _, err := w.Write(g.body[i : i+1]); err != nil {
			return
		}
		control.Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(p.config.Drip):
		}
	}
}

// cut writes the head and half of the body and ends the connection.
func (p *Proxy) cut(w http.ResponseWriter, g reply, end func(*tls.Conn)) {
	c, err := take(w)
	if err != nil {
		return
	}
	defer c.Close()
	fmt.Fprintf(c, "HTTP/1.1 %d %s\r\n", g.status, http.StatusText(g.status))
	g.header.Set("Content-Length", fmt.Sprint(max(len(g.body), 2)))
	g.header.Del("Transfer-Encoding")
	g.header.Write(c)
	c.Write([]byte("\r\n"))
	c.Write(g.body[:len(g.body)/2])
	end(c)
}

// halfClose ends our side and goes on reading until the client ends its own.
func halfClose(c *tls.Conn) {
	c.CloseWrite()
	if tcp, ok := c.NetConn().(*net.TCPConn); ok {
		tcp.CloseWrite()
	}
	c.SetReadDeadline(time.Now().Add(overtaking))
	io.Copy(io.Discard, c)
}

// abort resets the connection: what the client has not read is gone.
func abort(w http.ResponseWriter) {
	c, err := take(w)
	if err != nil {
		return
	}
	if tcp, ok := c.NetConn().(*net.TCPConn); ok {
		tcp.SetLinger(0)
		tcp.Close()
	}
}

func take(w http.ResponseWriter) (*tls.Conn, error) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	return c.(*tls.Conn), nil
}

// problem answers in the platform's place.
func problem(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/problem+json")
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"type":"about:blank","title":%q,"status":%d}`, http.StatusText(status), status)
}

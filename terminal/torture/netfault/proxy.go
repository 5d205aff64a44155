package netfault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Config is what a proxy needs. Base, Upstream and Certificate are needed.
type Config struct {
	// Base is the honest platform, and Upstream the way to it, with whatever
	// certificate it asks for.
	Base     *url.URL
	Upstream http.RoundTripper
	// Certificate is what terminals are shown, Expired what they are shown under
	// that fault.
	Certificate, Expired tls.Certificate
	// ClientCAs, when given, are asked to have issued the terminal's certificate.
	ClientCAs *x509.CertPool
	// Spell is how long a fault of connections lasts; zero is one second.
	Spell time.Duration
	// Drip is between two bytes of SlowLoris; zero is one second.
	Drip time.Duration
}

// Proxy is a network that can be spoilt. It may be shared.
type Proxy struct {
	config Config
	addr   string
	first  net.Listener

	mu      sync.Mutex
	armed   []charge
	storm   *rand.Rand
	chance  float64
	of      []Fault
	expired time.Time // until then the expired certificate is shown
	refused time.Time // until then the port is closed
	hits    map[Fault]int
	passed  chan struct{} // closed and replaced when a request has passed
	listens net.Listener
	open    map[net.Conn]bool
}

// charge is one fault that waits for its requests.
type charge struct {
	fault Fault
	step  Step
	times int
}

// New makes a proxy that listens on a free port of the loopback already.
func New(c Config) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening the fault proxy: %w", err)
	}
	if c.Spell <= 0 {
		c.Spell = time.Second
	}
	if c.Drip <= 0 {
		c.Drip = time.Second
	}
	return &Proxy{
		config: c, addr: l.Addr().String(), first: l,
		hits: map[Fault]int{}, passed: make(chan struct{}), open: map[net.Conn]bool{},
	}, nil
}

// URL is where a terminal finds what it takes for the platform.
func (p *Proxy) URL() *url.URL { return &url.URL{Scheme: "https", Host: p.addr} }

// Arm spoils the next requests of one step, as many as told; the empty step is
// any. A fault of connections begins at once, closes those that are open, and
// lasts its spell.
func (p *Proxy) Arm(f Fault, step Step, times int) {
	if f.ofConnection() {
		p.spoilConnections(f)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = append(p.armed, charge{f, step, times})
}

// Storm spoils that share of all requests, with faults drawn by a seed from those
// given, or from all.
func (p *Proxy) Storm(seed uint64, chance float64, faults ...Fault) {
	if len(faults) == 0 {
		faults = Faults()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.storm, p.chance, p.of = rand.New(rand.NewPCG(seed, seed)), chance, faults
}

// Calm ends every fault that has not begun, and every spell.
func (p *Proxy) Calm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.storm = nil, nil
	p.expired, p.refused = time.Time{}, time.Time{}
}

// Hits tells how often each fault has spoilt something.
func (p *Proxy) Hits() map[Fault]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.hits)
}

// Run serves until ctx ends, and hangs up on everybody then.
func (p *Proxy) Run(ctx context.Context) error {
	listener := p.first
	for {
		err := p.serve(ctx, listener)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("serving the fault proxy: %w", err)
		}
		if listener, err = p.reopen(ctx); err != nil {
			return err
		}
	}
}

// serve serves one listener until it is closed.
func (p *Proxy) serve(ctx context.Context, l net.Listener) error {
	p.mu.Lock()
	p.listens = l
	p.mu.Unlock()
	server := &http.Server{
		Handler: http.HandlerFunc(p.handle), TLSConfig: p.tls(), ConnState: p.note,
		ErrorLog:    log.New(io.Discard, "", 0), // it is here to fail
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	return server.ServeTLS(l, "", "")
}

// reopen listens on the same port again when the spell is over.
func (p *Proxy) reopen(ctx context.Context) (net.Listener, error) {
	for tries := 0; ; tries++ {
		p.mu.Lock()
		left := time.Until(p.refused)
		p.mu.Unlock()
		if left <= 0 {
			l, err := net.Listen("tcp", p.addr)
			if err == nil || tries > 500 {
				return l, err
			}
			left = 10 * time.Millisecond
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(min(left, 50*time.Millisecond)): // Calm may end it early
		}
	}
}

func (p *Proxy) tls() *tls.Config {
	c := &tls.Config{
		NextProtos: []string{"http/1.1"}, // its connections can be taken over and broken
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			if time.Now().Before(p.expired) {
				p.hits[Expired]++
				return &p.config.Expired, nil
			}
			return &p.config.Certificate, nil
		},
		SessionTicketsDisabled: true, // each connection is shown the certificate
	}
	if p.config.ClientCAs != nil {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, p.config.ClientCAs
	}
	return c
}

// note keeps the open connections, so that a spell can begin with none.
func (p *Proxy) note(c net.Conn, s http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch s {
	case http.StateNew:
		p.open[c] = true
	case http.StateClosed, http.StateHijacked:
		delete(p.open, c)
	}
}

func (p *Proxy) spoilConnections(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spoil(f)
}

// spoil begins a spell. The lock is held.
func (p *Proxy) spoil(f Fault) {
	until := time.Now().Add(p.config.Spell)
	switch f {
	case Refuse:
		p.refused = until
		p.hits[Refuse]++
		if p.listens == nil { // not served yet
			p.listens = p.first
		}
		p.listens.Close()
	case Expired:
		p.expired = until
	}
	for c := range p.open {
		if secure, ok := c.(*tls.Conn); ok {
			c = secure.NetConn() // a farewell could block
		}
		c.Close()
	}
}

// draw is the fault for one request, "" for none.
func (p *Proxy) draw(r *http.Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.armed {
		if c := &p.armed[i]; c.times > 0 && c.step.matches(r) {
			c.times--
			p.hits[c.fault]++
			return c.fault
		}
	}
	if p.storm == nil || p.storm.Float64() >= p.chance {
		return ""
	}
	f := p.of[p.storm.IntN(len(p.of))]
	if f.ofConnection() {
		p.spoil(f)
		return ResetBefore
	}
	p.hits[f]++
	return f
}

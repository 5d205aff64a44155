package platform

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// A guard says who may come through a route. Certificates are asked of everyone
// in TLS and judged here, since apps have none.
type guard int

const (
	// anyone: apps, health checks, terminals that are not admitted yet.
	anyone guard = iota
	// carrier: a terminal, even one that was suspended: what it sealed before may
	// still be delivered. Not one that is compromised.
	carrier
	// attendant: a terminal that may serve citizens now.
	attendant
	// renewer: a terminal whose certificate may have run out, within the limit. Every
	// other guard but the next refuses it.
	renewer
	// leaver: a terminal that retires, or did: then it is told so again. Its
	// certificate may have run out, within the limit of a renewal.
	leaver
)

// A route is one line of the table below.
type route struct {
	pattern string // of http.ServeMux
	guard   guard
	media   string // of the request's body; "" is none
	limit   int64  // of the request's body, in bytes
	handle  func(context.Context, call) (answer, error)
}

// routes is everything that can be asked.
func (p *Platform) routes() []route {
	const small, none = 16 << 10, 0
	return []route{
		{"GET /healthz", anyone, "", none, p.health},
		{"GET /v1/nonce", anyone, "", none, p.giveNonce},
		{"POST /v1/registration-keys", anyone, protocol.MediaJOSE, small, p.issueKey},
		{"POST /v1/standing", anyone, protocol.MediaJOSE, small, p.tellStanding},
		{"POST /v1/activations", anyone, protocol.MediaJOSE, small, p.activate},
		{"PUT /v1/registrations/{id}", carrier, protocol.MediaJOSE, protocol.MaxBody, p.takeRegistration},
		{"PUT /v1/withdrawals/{id}", carrier, protocol.MediaJOSE, small, p.takeWithdrawal},
		{"POST /v1/heartbeats", carrier, protocol.MediaJOSE, small, p.takeHeartbeat},
		{"POST /v1/retirements", leaver, protocol.MediaJOSE, small, p.takeRetirement},
		{"GET /v1/bundle", carrier, "", none, p.giveBundle},
		{"POST /v1/registration-keys/query", attendant, protocol.MediaJOSE, small, p.answerKeyQuery},
		{"GET /.well-known/est/cacerts", anyone, "", none, p.estCACerts},
		{"GET /.well-known/est/csrattrs", anyone, "", none, p.estAttributes},
		{"POST /.well-known/est/simpleenroll", anyone, mediaPKCS10, small, p.estEnroll},
		{"POST /.well-known/est/simplereenroll", renewer, mediaPKCS10, small, p.estReenroll},
		{"POST /v1/attestations", anyone, protocol.MediaJSON, protocol.MaxAttestation, p.poseChallenge},
		{"POST /v1/attestations/{id}", anyone, protocol.MediaJSON, protocol.MaxAttestation, p.takeProof},
	}
}

// call is a request that passed its guard and was read.
type call struct {
	request *http.Request
	body    []byte
	peer    string // the terminal at the other end of TLS; "" for anyone else
	now     Moment

	carrier  *Terminal         // the same, as it stood when the request came; nil for anyone else
	peerCert *x509.Certificate // that it showed; nil for anyone else
}

// address is where the request came from, without its port.
func (c call) address() string {
	host, _, err := net.SplitHostPort(c.request.RemoteAddr)
	if err != nil {
		return c.request.RemoteAddr
	}
	return host
}

// id reads the path's {id}.
func (c call) id() (protocol.ID, error) {
	id, err := protocol.ParseID(c.request.PathValue("id"))
	if err != nil {
		return protocol.ID{}, problem(http.StatusNotFound, protocol.CodeNotFound, "no id of 32 hexadecimal digits")
	}
	return id, nil
}

// answer is what goes back.
type answer struct {
	status int // 0 is 200
	media  string
	body   []byte
	header map[string]string
}

func signedAnswer(jws []byte) answer { return answer{media: protocol.MediaJOSE, body: jws} }

// Handler answers terminals and apps. Serve it over TLS with TLSConfig.
func (p *Platform) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range p.routes() {
		mux.Handle(r.pattern, p.through(r))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(http.StatusNotFound, protocol.CodeNotFound, "").Write(w)
	})
	return mux
}

// TLSConfig is the server's side of mutual TLS: everybody is asked for a
// certificate and nobody has to have one; the routes judge.
func (p *Platform) TLSConfig() *tls.Config {
	return p.keys.TLSConfig(bareHosts(p.config.Hosts), p.now)
}

// through leads a request past its guard to its handler and writes the answer.
func (p *Platform) through(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		out, err := p.serve(w, request, r)
		if err != nil {
			said := asProblem(err)
			if said.Status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Basic realm="watashi"`)
			}
			said.Write(w)
			p.logRefusal(request.Context(), r, said, err)
			return
		}
		p.write(w, out)
	})
}

// logRefusal names a cause for our own faults only: what others send stays out
// of logs.
func (p *Platform) logRefusal(ctx context.Context, r route, said protocol.Problem, err error) {
	line := p.log.With("route", r.pattern, "status", said.Status, "code", said.Code)
	if said.Code == protocol.CodeUnavailable {
		line.ErrorContext(ctx, "request failed", "cause", err.Error())
		return
	}
	line.InfoContext(ctx, "request refused")
}

func (p *Platform) serve(w http.ResponseWriter, request *http.Request, r route) (answer, error) {
	c := call{request: request, now: p.now()}
	if r.guard != anyone {
		cert, t, err := p.admitPeer(request, r.guard)
		if err != nil {
			return answer{}, err
		}
		c.peer, c.carrier, c.peerCert = t.ID, &t, cert
	}
	body, err := readBody(w, request, r)
	if err != nil {
		return answer{}, err
	}
	c.body = body
	return r.handle(request.Context(), c)
}

// admitPeer judges the TLS peer for a guard other than anyone.
func (p *Platform) admitPeer(request *http.Request, g guard) (*x509.Certificate, Terminal, error) {
	if request.TLS == nil || len(request.TLS.PeerCertificates) == 0 {
		return nil, Terminal{}, foreign()
	}
	cert := request.TLS.PeerCertificates[0]
	t, err := p.knownPeer(request.Context(), cert)
	if err == nil {
		err = p.inForce(cert, g)
	}
	if err != nil {
		return nil, Terminal{}, err
	}
	if g != leaver && !t.retiredAt(cert).IsZero() {
		return nil, Terminal{}, retiredProblem()
	}
	if t.Compromised || (g == attendant && !t.Suspended.IsZero()) {
		return nil, Terminal{}, outOfService()
	}
	return cert, t, nil
}

func foreign() error {
	return problem(http.StatusForbidden, protocol.CodeNotAuthorised, "a terminal's certificate is needed")
}

// inForce judges the dates of a certificate. One that ran out reaches HTTP, to be
// renewed and for nothing else.
func (p *Platform) inForce(cert *x509.Certificate, g guard) error {
	now := p.now()
	switch {
	case now.Before(cert.NotBefore):
		return foreign()
	case !now.After(cert.NotAfter):
		return nil
	case g == renewer, g == leaver:
		return p.permitLateness(cert.NotAfter, now)
	}
	return problem(http.StatusForbidden, protocol.CodeCertExpired, "the certificate has run out: renew it at "+protocol.PathESTReenroll)
}

// knownPeer finds the terminal that a TLS certificate was issued to.
func (p *Platform) knownPeer(ctx context.Context, cert *x509.Certificate) (Terminal, error) {
	id, err := p.keys.CA.Terminal(cert, true)
	if err != nil {
		return Terminal{}, foreign()
	}
	var t Terminal
	kid := protocol.CertificateKid(cert)
	_, known := p.certificates.get(kid)
	err = p.look(ctx, Foreseen{Terminals: []string{id}}, func(r Reading) (err error) {
		if !known {
			_, err = r.Certificate(kid)
		}
		if err == nil {
			t, err = r.Terminal(id)
		}
		return err
	})
	if err == nil && !known {
		p.certificates.put(kid, knownCertificate{TLSRole, cert})
	}
	if errors.Is(err, ErrNotFound) {
		return Terminal{}, foreign()
	}
	return t, err
}

// readBody reads what the route allows and not a byte more.
func readBody(w http.ResponseWriter, request *http.Request, r route) ([]byte, error) {
	if r.media == "" {
		return nil, nil
	}
	if media, _, err := mime.ParseMediaType(request.Header.Get("Content-Type")); err != nil || media != r.media {
		return nil, problem(http.StatusUnsupportedMediaType, protocol.CodeMediaType, "send "+r.media)
	}
	if request.ContentLength > r.limit {
		return nil, tooLarge()
	}
	body, err := readAll(http.MaxBytesReader(w, request.Body, r.limit), request.ContentLength)
	if _, over := errors.AsType[*http.MaxBytesError](err); err != nil && !over {
		return nil, problem(http.StatusBadRequest, protocol.CodeMalformed, "the body broke off")
	}
	return body, err
}

// readAll is io.ReadAll into memory of the length that was announced, if it was, with
// room to see the end without growing.
func readAll(r io.Reader, announced int64) ([]byte, error) {
	body := bytes.NewBuffer(make([]byte, 0, max(announced, 0)+bytes.MinRead))
	_, err := body.ReadFrom(r)
	return body.Bytes(), err
}

func (p *Platform) write(w http.ResponseWriter, a answer) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if a.media != "" {
		h.Set("Content-Type", a.media)
	}
	for name, value := range a.header {
		h.Set(name, value)
	}
	w.WriteHeader(max(a.status, http.StatusOK))
	if _, err := w.Write(a.body); err != nil && len(a.body) > 0 {
		p.log.Info("answer not taken", "cause", strings.TrimSpace(err.Error()))
	}
}

// health says whether the store answers.
func (p *Platform) health(ctx context.Context, _ call) (answer, error) {
	if err := p.store.View(ctx, func(Reading) error { return nil }); err != nil {
		return answer{}, err
	}
	return answer{media: protocol.MediaJSON, body: []byte(`{"status":"ok"}` + "\n")}, nil
}

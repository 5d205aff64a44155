package ui

import (
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/gorilla/websocket"
)

// Config says what a Server needs.
type Config struct {
	// Token is the secret of this boot, at least 16 bytes, as NewToken makes it.
	Token []byte
	// Hosts are the literal values of Host that are answered, such as
	// "127.0.0.1:8420"; an Origin must be "http://" and one of them. A name that
	// an attacker's DNS points at the loopback address is therefore refused.
	Hosts []string
	// Commands is called with each Command of the connected screen, one at a
	// time and in order. A Command may be late: compare its Page.
	Commands func(Command)
	// Connected is called when a screen appears where none was, and when the
	// last is gone; a replacement is neither. Optional.
	Connected func(bool)
	// Log is optional.
	Log *slog.Logger
}

// Server serves the page and speaks with it. It keeps the last View and the one
// connection, nothing else. It is safe for concurrent use.
type Server struct {
	config Config
	secret secret
	log    *slog.Logger

	mu      sync.Mutex // guards view, current and closed
	view    *View
	current *connection
	closed  bool

	announcing sync.Mutex // orders calls of Connected, guards announced
	announced  bool
}

// New returns a Server that is ready to serve. It panics if the token is too
// short to be a secret.
func New(c Config) *Server {
	if len(c.Token) < minToken {
		panic("ui: token shorter than 16 bytes")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Commands == nil {
		c.Commands = func(Command) {}
	}
	if c.Connected == nil {
		c.Connected = func(bool) {}
	}
	s := &Server{config: c, secret: newSecret(c.Token), log: c.Log}
	s.config.Token = nil
	return s
}

// Show makes v what the screen shows. It never blocks: a View that the screen
// had no time to draw is dropped for the one after it. The caller does not
// change what v points at afterwards.
func (s *Server) Show(v View) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view = &v
	if s.current != nil {
		s.current.wake()
	}
}

// Close ends the connection, if there is one, and refuses new ones. It is to be
// called beside http.Server.Shutdown, which does not know WebSockets.
func (s *Server) Close() error {
	s.mu.Lock()
	current := s.current
	s.closed, s.view = true, nil
	s.mu.Unlock()
	if current != nil {
		current.end(websocket.CloseGoingAway, "closing")
	}
	return nil
}

// ServeHTTP answers GET for the page and its parts, and /ws for the screen.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	harden(w.Header())
	if !s.ours(r) {
		s.refuse(w, "foreign host or origin")
		return
	}
	if r.URL.Path == "/ws" {
		s.serveScreen(w, r)
		return
	}
	servePage(w, r)
}

// ours tells whether the request was made to us, by our page or by none.
func (s *Server) ours(r *http.Request) bool {
	if !slices.Contains(s.config.Hosts, r.Host) {
		return false
	}
	origins := r.Header["Origin"]
	return len(origins) == 0 || len(origins) == 1 && s.allowed(origins[0])
}

func (s *Server) allowed(origin string) bool {
	return slices.ContainsFunc(s.config.Hosts, func(host string) bool { return origin == "http://"+host })
}

func (s *Server) refuse(w http.ResponseWriter, why string) {
	s.log.Warn("screen request refused", "why", why)
	http.Error(w, "forbidden", http.StatusForbidden)
}

func (s *Server) serveScreen(w http.ResponseWriter, r *http.Request) {
	protocols := websocket.Subprotocols(r)
	switch {
	case r.Header.Get("Origin") == "":
		s.refuse(w, "no origin")
	case !s.secret.knows(protocols):
		s.refuse(w, "no token")
	case !slices.Contains(protocols, Protocol):
		http.Error(w, "this screen speaks "+Protocol, http.StatusBadRequest)
	default:
		s.connect(w, r)
	}
}

func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	c, err := upgrade(w, r)
	if err != nil {
		s.log.Warn("screen not connected", "err", err)
		return
	}
	before, ok := s.attach(c)
	if !ok {
		c.end(websocket.CloseGoingAway, "closing")
		c.close()
		return
	}
	if before != nil {
		before.end(closeReplaced, "replaced")
	}
	s.announce()
	err = c.serve(s)
	s.detach(c)
	s.log.Info("screen disconnected", "err", err)
	s.announce()
}

// attach makes c the screen in the stead of the one before, if there was one.
func (s *Server) attach(c *connection) (before *connection, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, false
	}
	before, s.current = s.current, c
	c.wake()
	return before, true
}

func (s *Server) detach(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == c {
		s.current = nil
	}
}

// last is the View to draw, or nil if there is none yet or c is not the screen.
func (s *Server) last(c *connection) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != c {
		return nil
	}
	return s.view
}

// pass hands a command on, unless c was replaced in the meantime.
func (s *Server) pass(c *connection, command Command) {
	s.mu.Lock()
	current := s.current == c && !s.closed
	s.mu.Unlock()
	if current {
		s.config.Commands(command)
	}
}

// announce tells the owner if there is a screen now, once per change, in order.
func (s *Server) announce() {
	s.announcing.Lock()
	defer s.announcing.Unlock()
	s.mu.Lock()
	connected := s.current != nil
	s.mu.Unlock()
	if connected != s.announced {
		s.announced = connected
		s.config.Connected(connected)
	}
}

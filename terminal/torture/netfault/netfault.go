// Package netfault is a bad network that can be told how bad to be: a proxy that
// stands between a terminal's uplinkd and a platform, speaks TLS to both, and
// spoils what it is told to spoil, at the step it is told.
//
//	proxy := netfault.New(netfault.Config{Base: platform, Upstream: transport, Certificate: good, Expired: expired})
//	go proxy.Run(ctx)
//	proxy.Arm(netfault.ResetAfter, netfault.Upload, 2) // the next two uploads
//	proxy.Storm(7, 0.3)                                // or: three in ten of all requests, at random from a seed
//	proxy.Calm()
//
// It breaks real sockets: a reset is a TCP RST, a refused connection meets a
// closed port, an expired certificate is shown in a handshake. What reached the
// platform and what did not is part of each fault, and said there.
package netfault

import (
	"net/http"
	"strings"
)

// Fault is one way in which a network spoils an exchange.
type Fault string

// The faults.
const (
	// Refuse: the port is closed for a spell. Nothing reaches the platform.
	Refuse Fault = "refuse"
	// ResetBefore: the connection is reset when the request has come. Nothing
	// reaches the platform.
	ResetBefore Fault = "reset-before"
	// ResetAfter: the platform has answered; the connection is reset in place of the
	// answer.
	ResetAfter Fault = "reset-after"
	// HalfClose: the platform has answered; half of the answer comes, then the
	// proxy's side is closed while it goes on reading.
	HalfClose Fault = "half-close"
	// SlowLoris: the platform has answered; its answer comes one byte at a time.
	SlowLoris Fault = "slow-loris"
	// CutBody: the platform has answered; the connection ends in the body.
	CutBody Fault = "cut-body"
	// Duplicate: the platform is brought the same request twice; its second answer
	// comes.
	Duplicate Fault = "duplicate"
	// Reorder: the request is held back until one that came later has overtaken it.
	Reorder Fault = "reorder"
	// TooMany: 429 with Retry-After. Nothing reaches the platform.
	TooMany Fault = "429"
	// ServerError: 500. Nothing reaches the platform.
	ServerError Fault = "500"
	// Expired: for a spell, handshakes are met with a certificate that has expired.
	// Nothing reaches the platform.
	Expired Fault = "expired-certificate"
	// WrongClock: the answer says that it is two hours earlier.
	WrongClock Fault = "wrong-clock"
	// Stall: the platform has answered; nothing comes until the client hangs up.
	Stall Fault = "stall"
)

// Faults are all kinds; a reset counts in both its forms.
func Faults() []Fault {
	return []Fault{
		Refuse, ResetBefore, ResetAfter, HalfClose, SlowLoris, CutBody, Duplicate, Reorder, TooMany, ServerError,
		Expired, WrongClock, Stall,
	}
}

// ofConnection reports whether a fault spoils connections, not requests.
func (f Fault) ofConnection() bool { return f == Refuse || f == Expired }

// Step is a kind of request of a terminal.
type Step string

// The steps.
const (
	Upload     Step = "upload"     // PUT /v1/registrations/{id}
	Query      Step = "query"      // POST /v1/registration-keys/query
	Withdrawal Step = "withdrawal" // PUT /v1/withdrawals/{id}
)

// Steps are all of them.
func Steps() []Step { return []Step{Upload, Query, Withdrawal} }

func (s Step) matches(r *http.Request) bool { return s == "" || s == stepOf(r) }

func stepOf(r *http.Request) Step {
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/v1/registrations/"):
		return Upload
	case strings.HasPrefix(path, "/v1/withdrawals/"):
		return Withdrawal
	case path == "/v1/registration-keys/query":
		return Query
	}
	return "other"
}

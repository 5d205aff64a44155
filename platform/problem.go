package platform

import (
	"errors"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// unavailable is how long to leave us alone after a fault of our own.
const unavailable = 30 * time.Second

func problem(status int, code, detail string) protocol.Problem {
	return protocol.NewProblem(status, code, detail)
}

func slowDown(wait time.Duration) protocol.Problem {
	p := problem(http.StatusTooManyRequests, protocol.CodeTooMany, "")
	p.RetryAfter = wait
	return p
}

func tooLarge() protocol.Problem {
	return problem(http.StatusRequestEntityTooLarge, protocol.CodeTooLarge, "")
}

// asProblem turns what went wrong into what is said of it. A fault of our own
// says no more than that there was one.
func asProblem(err error) protocol.Problem {
	if p, ok := errors.AsType[protocol.Problem](err); ok {
		return p
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge()
	}
	p := problem(http.StatusServiceUnavailable, protocol.CodeUnavailable, "")
	p.RetryAfter = unavailable
	return p
}

package uplink

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// An item is tried again after a random part of a span that doubles with each
// try: terminals that failed together must not come back together. An item that
// the platform will not have as it is waits much longer; it would change only if
// the platform did.
const (
	backoffBase   = time.Second
	backoffCap    = 5 * time.Minute
	permanentBase = 10 * time.Minute
	permanentCap  = 2 * time.Hour
	longestWish   = 24 * time.Hour // of a Retry-After
)

// outcome is how one try ended.
type outcome struct {
	done      bool
	status    int // HTTP, of the platform or the Desk; 0 when there was no answer
	permanent bool
	after     time.Duration // Retry-After
	cause     string
}

// wait is how long an item waits after so many tries.
func (o outcome) wait(try int) time.Duration {
	if o.permanent {
		return o.after + permanentBase + jitter(span(permanentBase, permanentCap, try))
	}
	return o.after + jitter(max(span(backoffBase, backoffCap, try), o.after/2))
}

// overload reports whether the platform said that it is too much at the moment.
func (o outcome) overload() bool {
	return o.status == http.StatusTooManyRequests || o.status == http.StatusServiceUnavailable
}

func span(base, most time.Duration, try int) time.Duration {
	return min(most, base<<min(try, 20))
}

// jitter is a random part of d.
func jitter(d time.Duration) time.Duration {
	return rand.N(d) + time.Millisecond
}

// retryAfter reads the header in both its forms (RFC 9110, 10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil {
		return wish(time.Duration(min(seconds, int(longestWish/time.Second))) * time.Second)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return wish(at.Sub(now))
}

func wish(d time.Duration) time.Duration { return max(0, min(d, longestWish)) }

// permanent reports whether sending the same bytes again would be answered the
// same. 401 and 403 speak of the terminal, not of the item; 408, 425 and 429 of
// the moment.
func permanent(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout,
		http.StatusTooEarly, http.StatusTooManyRequests, http.StatusProxyAuthRequired:
		return false
	}
	return status/100 == 4
}

package protocol

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Problem is an error as HTTP carries it (RFC 9457). Code is ours: stable, for
// programs to branch on. Title and Detail are English, for logs and technicians;
// they hold nothing personal.
type Problem struct {
	Type       string        `json:"type"` // "about:blank", or a URI of the kind
	Title      string        `json:"title"`
	Status     int           `json:"status"`
	Detail     string        `json:"detail,omitempty"`
	Code       string        `json:"code,omitempty"`
	RetryAfter time.Duration `json:"-"` // the header of 429 and 503; 0 is none
}

// Codes of problems that programs branch on.
const (
	CodeTokenUnknown  = "token-unknown"
	CodeTokenUsed     = "token-used"
	CodeTokenExpired  = "token-expired"
	CodeNonce         = "nonce-invalid"
	CodeWrong         = "key-or-code-wrong" // one answer for both
	CodeForeignKey    = "key-of-another-app"
	CodeExpired       = "expired"
	CodeTriesSpent    = "code-tries-spent"     // the terminal has to be visited again
	CodeAppLocked     = "app-locked"           // too many wrong codes in a row
	CodeKeyUsed       = "key-used"             // by another registration
	CodeAlreadyBound  = "already-bound"        // this very code did it, for this very app
	CodeRefused       = "registration-refused" // the detail is the reason
	CodeContested     = "contested"            // somebody said that it was not them: call the number on the slip
	CodeTooMany       = "too-many-tries"
	CodeTooLarge      = "too-large"
	CodeMediaType     = "media-type"
	CodeMalformed     = "malformed"
	CodeClock         = "clock-implausible"
	CodeNotFound      = "not-found"
	CodeNotAuthorised = "not-authorised"
	CodeSuspended     = "terminal-suspended"
	CodeRetired       = "terminal-retired"  // for good
	CodeOtherTerminal = "terminal-mismatch" // signed by one, carried or claimed by another
	CodeConflict      = "conflict"
	CodeUnavailable   = "unavailable"

	CodeProtection  = "protection-insufficient" // the key is not where the platform wants it
	CodeEndorsement = "endorsement-untrusted"   // nobody vouches for that chip
	CodeAttestation = "attestation-refused"     // the detail is what the chip did not prove
	CodeChallenge   = "challenge-invalid"       // unknown, answered or run out: ask for another
	CodeTicket      = "ticket-invalid"          // unknown, run out, or not for this key and asker
	CodeCertExpired = "certificate-expired"     // renew it: only simplereenroll still takes it
	CodeRenewLate   = "renewal-too-late"        // only a new token helps
	CodeRenewKey    = "renewal-of-another-key"  // likewise, or a proof that it is the same chip
)

// ProblemCodes lists every code of a problem.
func ProblemCodes() []string {
	return []string{
		CodeTokenUnknown, CodeTokenUsed, CodeTokenExpired, CodeNonce, CodeWrong, CodeForeignKey, CodeExpired, CodeTriesSpent,
		CodeAppLocked, CodeKeyUsed, CodeAlreadyBound, CodeRefused, CodeContested, CodeTooMany, CodeTooLarge, CodeMediaType, CodeMalformed,
		CodeClock, CodeNotFound, CodeNotAuthorised, CodeSuspended, CodeRetired, CodeOtherTerminal, CodeConflict, CodeUnavailable,
		CodeProtection, CodeEndorsement, CodeAttestation, CodeChallenge, CodeTicket, CodeCertExpired, CodeRenewLate, CodeRenewKey,
	}
}

// NewProblem is a problem with the standard title of its status.
func NewProblem(status int, code, detail string) Problem {
	return Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// Error tells it in one line.
func (p Problem) Error() string {
	s := fmt.Sprintf("%d %s", p.Status, p.Title)
	if p.Code != "" {
		s += " (" + p.Code + ")"
	}
	if p.Detail != "" {
		s += ": " + p.Detail
	}
	return s
}

// Write answers a request with p.
func (p Problem) Write(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	if p.RetryAfter > 0 {
		seconds := (p.RetryAfter + time.Second - 1) / time.Second
		w.Header().Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
	}
	w.Header().Set("Content-Type", MediaProblem)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	w.Write(body)
}

// maxProblem is how much of an error body is read, in bytes.
const maxProblem = 16 << 10

// ReadProblem makes a problem of any answer that is not a success: of ours in
// full, of a proxy's by its status. It is lenient by RFC 9457, 3.2, trusts
// nothing and leaves closing the body to the caller.
func ReadProblem(r *http.Response) Problem {
	p := NewProblem(r.StatusCode, "", "")
	if media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(media) == MediaProblem {
		var sent Problem
		body, err := io.ReadAll(io.LimitReader(r.Body, maxProblem))
		if err == nil && json.Unmarshal(body, &sent) == nil {
			p.Title, p.Detail, p.Code = oneLine(sent.Title), oneLine(sent.Detail), oneLine(sent.Code)
		}
	}
	p.RetryAfter = retryAfter(r)
	return p
}

// retryAfter reads RFC 9110, 10.2.3: seconds, or a date counted from the answer's own.
func retryAfter(r *http.Response) time.Duration {
	value := r.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 24*3600)) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil || !until.After(now) {
		return 0
	}
	return min(until.Sub(now), 24*time.Hour)
}

// oneLine keeps foreign text from writing lines of its own into a log.
func oneLine(s string) string {
	if len(s) > 200 {
		s = s[:200]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return -1
		}
		return r
	}, s)
}

package uplink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
)

// What the Carrier itself finds wrong with an answer, or lacks.
var (
	// ErrIdentity: the machine's own TLS identity cannot be used.
	ErrIdentity = errors.New("TLS identity not usable")
	errTooLong  = errors.New("answer is too long")
	errMedia    = errors.New("answer is of another media type")
)

// Causes why the platform does not answer, or not as it should. Each is stable:
// metrics, the status and the technician's command name it.
const (
	CauseNoContact     = "no-contact"
	CauseNotTried      = "not-tried"
	CauseDNS           = "dns"
	CauseRefused       = "refused"
	CauseReset         = "reset"
	CauseCut           = "cut"
	CauseNoRoute       = "no-route"
	CauseTimeout       = "timeout"
	CauseNetwork       = "network"
	CauseTooLong       = "too-long"
	CauseMedia         = "content-type"
	CauseIdentity      = "identity"
	CauseTLS           = "tls"
	CauseTLSExpired    = "tls-expired"
	CauseTLSEarly      = "tls-not-yet-valid"
	CauseTLSUnknownCA  = "tls-unknown-ca"
	CauseTLSName       = "tls-name"
	CauseTLSPurpose    = "tls-not-a-server"
	CauseTLSNone       = "tls-none"
	CauseTLSVersion    = "tls-version"
	CauseTLSOwnExpired = "tls-own-expired"
	CauseTLSRevoked    = "tls-revoked"
	CauseTLSOwnUnknown = "tls-own-unknown"
	CauseTLSOwnRefused = "tls-own-refused"
)

// Explain says a cause in a sentence to the technician, and what to look at
// first. A word that is not one of ours is told as it is.
func Explain(cause string) string {
	switch cause {
	case "":
		return ""
	case CauseNoContact:
		return "watashi-uplinkd has not been heard from for three seconds: see whether the service runs."
	case CauseNotTried:
		return "The platform has not been tried yet."
	case CauseDNS:
		return "The platform's name cannot be looked up: check the name server and the network cable."
	case CauseRefused:
		return "The platform's address refuses connections: its service is down, or a firewall refuses in its place."
	case CauseReset:
		return "The connection was reset before the answer came: something between here and the platform cuts it, or the platform restarts."
	case CauseCut:
		return "The answer broke off in the middle: the line is bad, or something in between cuts it."
	case CauseNoRoute:
		return "There is no route to the platform: check the cable, the address and the gateway."
	case CauseTimeout:
		return "The platform did not answer in time: the line is slow or silent, or the platform is overloaded."
	case CauseNetwork:
		return "The platform could not be asked; the log of watashi-uplinkd says why."
	case CauseTooLong:
		return "The answer was longer than any the platform gives: something else answers in its place."
	case CauseMedia:
		return "The answer was not of the platform's kind: something else answers in its place, as a proxy or a login page."
	case CauseIdentity:
		return "The machine's own TLS key or certificate cannot be read: provision the machine again."
	}
	return explainTLS(cause)
}

func explainTLS(cause string) string {
	switch cause {
	case CauseTLS:
		return "No secure connection could be agreed; the log of watashi-uplinkd says why."
	case CauseTLSExpired:
		return "By this machine's clock the platform's certificate has expired: check the clock first, then tell the platform's operator."
	case CauseTLSEarly:
		return "By this machine's clock the platform's certificate is not valid yet: the clock is very likely behind."
	case CauseTLSUnknownCA:
		return "The platform's certificate was issued by a CA that this machine was not given: a firewall opens the connection, or the machine belongs to another platform."
	case CauseTLSName:
		return "The platform's certificate is for another name: check the name that the machine was provisioned with."
	case CauseTLSPurpose:
		return "The platform's certificate is not one for a server: tell the platform's operator."
	case CauseTLSNone:
		return "What answers there does not speak TLS: a wrong port, or a proxy in between."
	case CauseTLSVersion:
		return "The two sides have no version or cipher of TLS in common: something old stands in between."
	case CauseTLSOwnExpired:
		return "The platform says that this machine's certificate has expired: renew it, or provision the machine again."
	case CauseTLSRevoked:
		return "The platform says that this machine's certificate is revoked: ask the platform's operator why before provisioning it again."
	case CauseTLSOwnUnknown:
		return "The platform does not know the CA of this machine's certificate: the machine was provisioned for another platform."
	case CauseTLSOwnRefused:
		return "The platform does not accept this machine's certificate: provision the machine again."
	}
	return explainHTTP(cause)
}

// explainHTTP tells what a platform says that does answer.
func explainHTTP(cause string) string {
	switch {
	case cause == "terminal-suspended":
		return "The platform has suspended this terminal: ask its operator."
	case cause == "terminal-retired":
		return "The platform has retired this machine: it takes a new token."
	case cause == "not-authorised":
		return "The platform does not take this machine for one of its terminals: provision it again."
	case strings.HasPrefix(cause, "http-"):
		return "The platform answers with HTTP status " + strings.TrimPrefix(cause, "http-") + ": it is being maintained, overloaded or broken."
	}
	return "The platform could not be asked: " + cause + "."
}

// causeOf says in one word why there was no answer.
func causeOf(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, ErrIdentity):
		return CauseIdentity
	case errors.Is(err, errTooLong):
		return CauseTooLong
	case errors.Is(err, errMedia):
		return CauseMedia
	case errors.As(err, &dns):
		return CauseDNS
	}
	if cause := causeOfTLS(err); cause != "" {
		return cause
	}
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return CauseTimeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return CauseRefused
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return CauseReset
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return CauseNoRoute
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return CauseCut
	}
	return CauseNetwork
}

// causeOfTLS tells the failures of a handshake apart, "" when it was none. What
// we find wrong with the platform's certificate comes as an error of crypto/x509,
// what the platform finds wrong with ours as its alert.
func causeOfTLS(err error) string {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var remote *net.OpError
	switch {
	case errors.As(err, &authority):
		return CauseTLSUnknownCA
	case errors.As(err, &name):
		return CauseTLSName
	case errors.As(err, &invalid):
		return causeOfInvalid(invalid)
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return CauseTLSNone
	case errors.As(err, &remote) && remote.Op == "remote error":
		return causeOfAlert(remote.Err)
	case errors.As(err, &verification):
		return CauseTLS
	}
	return ""
}

func causeOfInvalid(err x509.CertificateInvalidError) string {
	switch err.Reason {
	case x509.Expired: // Go's word for both ends of the validity
		if strings.Contains(err.Detail, "is before") {
			return CauseTLSEarly
		}
		return CauseTLSExpired
	case x509.IncompatibleUsage:
		return CauseTLSPurpose
	}
	return CauseTLS
}

// causeOfAlert reads what the other side says of us (RFC 8446, 6.2). crypto/tls
// keeps the type of a received alert to itself, so its text is compared.
func causeOfAlert(err error) string {
	alerts := map[tls.AlertError]string{
		40: CauseTLSVersion, 70: CauseTLSVersion, 71: CauseTLSVersion,
		42: CauseTLSOwnRefused, 43: CauseTLSOwnRefused, 46: CauseTLSOwnRefused, 49: CauseTLSOwnRefused, 116: CauseTLSOwnRefused,
		44: CauseTLSRevoked, 45: CauseTLSOwnExpired, 48: CauseTLSOwnUnknown,
	}
	for alert, cause := range alerts {
		if err.Error() == alert.Error() {
			return cause
		}
	}
	return CauseTLS
}

package checkup

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

// networkCause says in words where the way to the platform ends: at the name, on
// the road, at the door, or in who answers.
func networkCause(err error, host string) string {
	var name *net.DNSError
	var problem protocol.Problem
	var unknown x509.UnknownAuthorityError
	var other x509.HostnameError
	s := system.This()
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return fmt.Sprintf("name service (DNS): nobody knows the name %s", name.Name)
	case errors.As(err, &name):
		return fmt.Sprintf("name service (DNS): no answer about %s; see %s", name.Name, s.SeeNames)
	case isAny(err, s.Roadless):
		return fmt.Sprintf("route: this machine has no way to %s; see %s, cable and gateway", host, s.SeeRoute)
	case isAny(err, s.Refused):
		return fmt.Sprintf("door: %s is there, and nothing listens on the port; the platform is down, or a firewall says no", host)
	case errors.As(err, &unknown):
		return fmt.Sprintf("TLS: who answers as %s has a certificate of another CA; a proxy that opens TLS, or somebody who passes for the platform", host)
	case errors.As(err, &other):
		return fmt.Sprintf("TLS: who answers as %s has a certificate for another name", host)
	case errors.Is(err, provisioning.ErrPin):
		return fmt.Sprintf("TLS: who answers as %s is not the platform", host)
	case provisioning.IsChipFault(err):
		return "TLS: the TPM does not give the key: " + desk.OneLine(err)
	case errors.As(err, &problem):
		return fmt.Sprintf("the platform answers %d %s", problem.Status, problem.Code)
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return fmt.Sprintf("silence: nothing comes back from %s; a firewall drops it, or the line is cut further on", host)
	}
	return strings.TrimPrefix(desk.OneLine(err), "meeting the platform: ")
}

func isAny(err error, causes []error) bool {
	return slices.ContainsFunc(causes, func(cause error) bool { return errors.Is(err, cause) })
}

func isTimeout(err error) bool {
	var line net.Error
	return errors.As(err, &line) && line.Timeout()
}

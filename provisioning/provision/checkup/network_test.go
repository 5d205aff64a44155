package checkup

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
)

func TestNetworkIsToldByWhereItEnds(t *testing.T) {
	for want, err := range map[string]error{
		"name service (DNS): nobody knows": &net.DNSError{Name: "p.example", IsNotFound: true},
		"name service (DNS): no answer":    &net.DNSError{Name: "p.example", IsTimeout: true},
		"route":                            &net.OpError{Op: "dial", Err: syscall.ENETUNREACH},
		"door":                             &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"silence":                          context.DeadlineExceeded,
		"certificate of another CA":        x509.UnknownAuthorityError{},
		"for another name":                 x509.HostnameError{Certificate: &x509.Certificate{}, Host: "p.example"},
		"is not the platform":              provisioning.ErrPin,
		"TPM":                              provisioning.ErrChipNone,
		"403 terminal-suspended":           protocol.NewProblem(403, protocol.CodeSuspended, ""),
		"anything else":                    errors.New("anything else"),
	} {
		if got := networkCause(fmt.Errorf("meeting the platform: %w", err), "p.example"); !strings.Contains(got, want) {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}

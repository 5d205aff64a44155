package uplink

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

// The device certificate is renewed over the wall as well: the Desk has the key
// that signs the request, uplinkd the way to the platform. It happens once in a
// long while, and nobody waits for it, so it is no item of the list.
const (
	pathRenewal      = "/renewal"
	pathCertificates = "/certificates"

	// maxRenewal bounds request and certificate, in bytes.
	maxRenewal = 16 << 10
	// renewalTimeout is for one exchange at the socket; a TPM signs the request.
	renewalTimeout = 30 * time.Second
)

// serveRenewal hands out the request, or 204 while it is not time.
func (d *Desk) serveRenewal(w http.ResponseWriter, _ *http.Request) {
	if d.config.Renewal == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	der, err := d.config.Renewal()
	switch {
	case err != nil:
		d.config.Log.Error("no request for the next device certificate", "error", err)
		http.Error(w, "no request", http.StatusInternalServerError)
	case len(der) == 0:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/pkcs10")
		w.Write(der)
	}
}

func (d *Desk) takeCertificate(w http.ResponseWriter, r *http.Request) {
	der, err := readBounded(r.Body, maxRenewal)
	switch {
	case err != nil:
	case d.config.Certificate == nil:
		err = errGone
	default:
		err = d.config.Certificate(der)
	}
	if err != nil {
		d.config.Log.Warn("device certificate not taken", "error", err)
		http.Error(w, "certificate not taken", http.StatusUnprocessableEntity)
		return
	}
	d.config.Log.Info("device certificate renewed")
	w.WriteHeader(http.StatusNoContent)
}

// Renewal fetches the request for the next device certificate at the socket, has
// carry bring it to the platform, and delivers what came back. It reports whether
// there was one; while it is not time there is none.
func Renewal(ctx context.Context, place string, carry func(ctx context.Context, csr []byte) (der []byte, err error)) (renewed bool, err error) {
	desk := &http.Client{Timeout: renewalTimeout, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return socket.Dial(ctx, place) },
	}}
	csr, err := exchange(ctx, desk, http.MethodGet, pathRenewal, nil)
	if err != nil || len(csr) == 0 {
		return false, err
	}
	der, err := carry(ctx, csr)
	if err != nil {
		return false, err
	}
	_, err = exchange(ctx, desk, http.MethodPost, pathCertificates, der)
	return err == nil, err
}

// exchange is one request at the socket; no content is none.
func exchange(ctx context.Context, desk *http.Client, method, path string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://terminald"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := desk.Do(r)
	if err != nil {
		return nil, fmt.Errorf("asking terminald: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return nil, fmt.Errorf("asking terminald: %s %s: %s", method, path, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, maxRenewal))
}

package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"sync/atomic"
	"time"
)

// maxPage bounds the file with the page's address, in bytes.
const maxPage = 1 << 10

// readPage reads the page's address, which must be of this machine and have a token.
func readPage(path string) (*url.URL, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the page's address: %w", err)
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxPage+1))
	if err != nil {
		return nil, fmt.Errorf("reading the page's address: %w", err)
	}
	return parsePage(raw)
}

// parsePage tells nothing of what it refuses: it may be a token.
func parsePage(raw []byte) (*url.URL, error) {
	if len(raw) > maxPage {
		return nil, fmt.Errorf("reading the page's address: longer than %d bytes", maxPage)
	}
	page, err := url.Parse(string(bytes.TrimSuffix(raw, []byte("\n"))))
	if err != nil || page.Scheme != "http" || page.User != nil || page.Path != "/" || page.RawQuery != "" || page.Fragment == "" {
		return nil, fmt.Errorf("reading the page's address: it is not http://ADDRESS:PORT/#TOKEN")
	}
	if at, err := netip.ParseAddrPort(page.Host); err != nil || !at.Addr().IsLoopback() {
		return nil, fmt.Errorf("reading the page's address: it is not of this machine")
	}
	return page, nil
}

// handOver sends one visitor on to the page.
type handOver struct {
	listener net.Listener
	server   *http.Server
	path     string
	given    atomic.Bool
	again    chan struct{} // gets one when it is asked for after it was given
}

// openHandOver listens on a loopback address.
func openHandOver(address string, page *url.URL) (*handOver, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("handing the page's address over: %w", err)
	}
	h := &handOver{listener: l, path: "/" + rand.Text(), again: make(chan struct{}, 1)}
	h.server = &http.Server{Handler: h.once(page), ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10}
	go h.server.Serve(l) // ends with close
	return h, nil
}

// first is the address that works once.
func (h *handOver) first() string { return "http://" + h.listener.Addr().String() + h.path }

func (h *handOver) once(page *url.URL) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Connection", "close")
		if r.Method != http.MethodGet || r.Host != h.listener.Addr().String() || r.URL.Path != h.path {
			http.NotFound(w, r)
			return
		}
		if !h.given.CompareAndSwap(false, true) {
			h.tellAgain()
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Location", page.String())
		w.WriteHeader(http.StatusSeeOther)
	})
}

// tellAgain tells that the address was asked for again. A browser does so whose network
// process died before it was at the page, and would stay where it is; anybody else may
// have the address from the browser's command line, and may have been the first.
func (h *handOver) tellAgain() {
	select {
	case h.again <- struct{}{}:
	default:
	}
}

func (h *handOver) close() { h.server.Close() }

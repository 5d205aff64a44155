package main

import (
	"embed"
	"io/fs"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"

	"rsc.io/qr"

	"github.com/digital-watashi/kiosk/ui"
)

//go:embed phone
var phonePage embed.FS

// phone is the one phone of this house.
type phone struct {
	address string // of its page

	mu    sync.Mutex
	shown string // the text of the QR code on its screen
}

// onScreen is the text of the QR code that the phone shows; empty for none.
func (p *phone) onScreen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown
}

func (p *phone) show(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = text
}

// handler serves the page that plays the app. What the page asks of the platform
// is passed on unread.
func (p *phone) handler(platform *url.URL, transport http.RoundTripper) (http.Handler, error) {
	page, err := fs.Sub(phonePage, "phone")
	if err != nil {
		return nil, err
	}
	pictures, err := fs.Sub(ui.Web, "pictures")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(page))
	mux.Handle("GET /pictures/", http.StripPrefix("/pictures/", http.FileServerFS(pictures)))
	mux.HandleFunc("GET /qr.png", p.serveQR)
	mux.HandleFunc("POST /dark", deed(func(struct{}) error { p.show(""); return nil }))
	passed := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(platform) },
		Transport: transport,
	}
	mux.Handle("GET /v1/", passed)
	mux.Handle("POST /v1/", passed)
	return loopbackOnly(mux), nil
}

// serveQR draws a short text as a QR code, which then is what the phone shows.
func (p *phone) serveQR(w http.ResponseWriter, r *http.Request) {
	text := r.URL.Query().Get("text")
	if len(text) > 64 {
		http.Error(w, "a QR code here holds at most 64 characters", http.StatusBadRequest)
		return
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.show(text)
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(code.PNG()) // a reader that left early needs no answer
}

// loopbackOnly refuses names that do not mean this machine: a page elsewhere
// may point a name of its own at 127.0.0.1.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := (&url.URL{Host: r.Host}).Hostname()
		if host != "127.0.0.1" && host != "localhost" {
			http.Error(w, "the demo answers on 127.0.0.1 only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

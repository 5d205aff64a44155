package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/provisioning"
)

// socket answers as a terminald's status socket does.
func (l *lab) socket(mux http.Handler) (config string) {
	l.t.Helper()
	path := filepath.Join(l.t.TempDir(), "status")
	listener, err := net.Listen("unix", path)
	if err != nil {
		l.t.Fatal(err)
	}
	server := &http.Server{Handler: mux}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(listener) }()
	l.t.Cleanup(func() { server.Close(); <-done })
	return path
}

func TestMaintenanceIsAskedOfTerminald(t *testing.T) {
	for name, c := range map[string]struct {
		answer int
		after  string
		words  []string
		code   int
		says   string
	}{
		"on":               {204, "on", []string{"maintenance", "on"}, exitDone, "no card is taken in"},
		"off":              {204, "off", []string{"maintenance", "off"}, exitDone, "serves citizens"},
		"later":            {202, "off", []string{"maintenance", "on"}, exitDone, "when the citizen has gone"},
		"no terminal yet":  {409, "", []string{"maintenance", "on"}, exitNoTerminal, "409"},
		"status":           {500, "cleaning", []string{"maintenance", "status"}, exitDone, "cleaning"},
		"an older program": {404, "", []string{"maintenance", "off"}, exitNoTerminal, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			r, asked := &resting{lab: newLab(t)}, ""
			mux := http.NewServeMux()
			mux.HandleFunc("POST /maintenance", func(w http.ResponseWriter, post *http.Request) {
				body, _ := io.ReadAll(post.Body)
				asked = string(body)
				w.WriteHeader(c.answer)
			})
			mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
				json.NewEncoder(w).Encode(map[string]string{"terminal_id": "T-0001", "maintenance": c.after})
			})
			r.config = r.rawConfig(`{"status_socket":` + quoted(r.socket(mux)) + `}`)
			r.want(r.do(c.words...), c.code, c.says)
			if c.words[1] != "status" && asked != `{"on":`+map[string]string{"on": "true", "off": "false"}[c.words[1]]+`}` {
				t.Errorf("asked %s", asked)
			}
			e := r.do(append(c.words, "--json")...)
			r.want(e, c.code)
			r.valid("maintenance-"+c.words[1], e.out)
		})
	}
}

func TestBundleIsShownInWords(t *testing.T) {
	r := newResting(t)
	e := r.do("bundle", "show")
	r.want(e, exitDone, "watashi-test, for test", "version 1", "current", "photo", "open")
	e = r.do("bundle", "show", "--json")
	r.want(e, exitDone, `"platform_id":"watashi-test"`)
	r.valid("bundle-show", e.out)
	r = &resting{lab: newLab(t)}
	r.config = r.lab.config(`{"state_dir":` + quoted(t.TempDir()) + `}`)
	r.want(r.do("bundle", "show"), exitUnprovisioned)
}

func TestBundleFromAStickGoesByTheRulesOfTheNetwork(t *testing.T) {
	r, other := newResting(t), newResting(t)
	_, own, err := provisioning.LoadBundle(r.state)
	if err != nil {
		t.Fatal(err)
	}
	_, foreign, err := provisioning.LoadBundle(other.state)
	if err != nil {
		t.Fatal(err)
	}
	e := r.do("bundle", "import", "--json", r.file(string(own)+"\n"))
	r.want(e, exitDone, `"source":"journal"`, `"version_before":1`)
	r.valid("bundle-import", e.out)
	for name, c := range map[string]struct {
		text string
		code int
	}{
		"another platform's": {string(foreign), exitBundleKey}, "no bundle": {"nonsense", exitBundle}, "nothing": {"", exitBundle},
		"one that was cut": {string(own[:len(own)-9]), exitBundle}, "too much": {string(make([]byte, 300<<10)), exitBundle},
	} {
		e := r.do("bundle", "import", "--json", r.file(c.text))
		r.want(e, c.code)
		r.valid("bundle-import", e.out)
		if _, now, err := provisioning.LoadBundle(r.state); err != nil || string(now) != string(own) {
			t.Errorf("%s changed the bundle: %v", name, err)
		}
	}
	r.want(r.do("bundle", "import"), exitUsage)
}

func TestBundleIsGivenToATerminaldThatRuns(t *testing.T) {
	for said, code := range map[string]int{
		"":                               exitDone,
		provisioning.ErrRollBack.Error(): exitRollBack, provisioning.ErrOtherPlatform.Error(): exitOtherPlatform, "it is no bundle": exitBundle,
	} {
		r := newResting(t)
		mux := http.NewServeMux()
		mux.HandleFunc("POST /bundle", func(w http.ResponseWriter, post *http.Request) {
			if said != "" {
				http.Error(w, "saving bundle: "+said, http.StatusUnprocessableEntity)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
		r.config = r.rawConfig(`{"state_dir":` + quoted(r.state) + `,"status_socket":` + quoted(r.socket(mux)) + `}`)
		r.want(r.do("bundle", "import", r.file("any")), code)
	}
}

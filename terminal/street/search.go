package street

import (
	"context"
	"net"
	"net/http"
	"os"
	"time"
)

// TerminalPaths are what the terminal's two services write: their folders, their
// logs, the file with the screen's address.
func (s *Street) TerminalPaths() []string {
	return []string{s.Path("state"), s.Path("uplink"), s.Path("watashi-terminald.log"), s.Path("watashi-uplinkd.log"), s.Path("screen.url")}
}

// SearchDisk looks for secrets in all that the terminal's two services wrote, and
// names what it finds. It makes sure first that it would find each in each form, and
// that it looks where the services write.
func (s *Street) SearchDisk(all Secrets) (found []string) {
	s.T.Helper()
	s.searchIsNotBlind(all)
	planted := s.Path("state", "planted")
	s.Write("state/planted", []byte(plant(forms(anyOf(all))[0])))
	if len(s.below(all, s.TerminalPaths()...)) == 0 {
		s.T.Error("the search does not look into the folder where a secret was planted")
	}
	if err := os.Remove(planted); err != nil {
		s.T.Fatal(err)
	}
	return s.below(all, s.TerminalPaths()...)
}

func (s *Street) below(all Secrets, roots ...string) []string {
	s.T.Helper()
	found, err := all.Below(roots...)
	if err != nil {
		s.T.Fatal(err)
	}
	return found
}

func (s *Street) searchIsNotBlind(all Secrets) {
	s.T.Helper()
	for secret, what := range all {
		for _, form := range forms(secret) {
			if len((Secrets{secret: what}).In(plant(form))) == 0 {
				s.T.Errorf("the search does not find %s that was planted", what)
			}
		}
	}
}

func plant(secret []byte) []byte { return append(append([]byte("before:"), secret...), ":after"...) }

func anyOf(all Secrets) string {
	for secret := range all {
		return secret
	}
	return ""
}

// asked is all that the status socket answers to a question.
func asked() []string { return []string{"/status", "/queue", "/audit", "/metrics"} }

// SearchAnswers looks for secrets in all that terminald tells at its status socket,
// and names what it finds. It makes sure first that it would find one in each answer.
func (s *Street) SearchAnswers(all Secrets) (found []string) {
	s.T.Helper()
	s.searchIsNotBlind(all)
	for _, path := range asked() {
		if len(s.answer(all, s.plantedSocket(path, all), path)) == 0 {
			s.T.Errorf("the search does not find what was planted in %s", path)
		}
		found = append(found, s.answer(all, s.Path("status.sock"), path)...)
	}
	return found
}

// answer names what stands in one answer of a socket.
func (s *Street) answer(all Secrets, socket, path string) (found []string) {
	s.T.Helper()
	text, err := ask(socket, path)
	if err != nil || len(text) == 0 {
		s.T.Fatalf("nothing to search in %s: %v", path, err)
	}
	for _, what := range all.In(text) {
		found = append(found, what+" stands in "+path)
	}
	return found
}

// plantedSocket is one that answers as terminald's does, and tells a secret.
func (s *Street) plantedSocket(path string, all Secrets) string {
	s.T.Helper()
	said, err := s.Ask(path)
	if err != nil {
		s.T.Fatal(err)
	}
	socket := s.Path("planted.sock")
	_ = os.Remove(socket) // of the answer before
	l, err := net.Listen("unix", socket)
	if err != nil {
		s.T.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		half := len(said) / 2
		_, _ = w.Write(append(append(said[:half:half], plant([]byte(anyOf(all)))...), said[half:]...))
	})}
	go func() { _ = server.Serve(l) }() // until it is closed
	s.T.Cleanup(func() { _ = server.Shutdown(context.Background()) })
	return socket
}

package street

import (
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
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

// SearchAnswers looks for secrets in all that terminald tells at its status socket,
// and names what it finds. It makes sure first that it would find one in each answer.
func (s *Street) SearchAnswers(all Secrets) (found []string) {
	s.T.Helper()
	s.searchIsNotBlind(all)
	answers := s.answers(s.Path("status.sock"))
	for path, leaky := range s.answers(s.leakySocket(answers, anyOf(all))) {
		if len(all.In(leaky)) == 0 {
			s.T.Errorf("the search does not find what was planted in %s", path)
		}
	}
	for path, text := range answers {
		for _, what := range all.In(text) {
			found = append(found, what+" stands in "+path)
		}
	}
	return found
}

// answers are all that a status socket tells, by the path of the question: the four
// that it always answers, and one for each item of its queue.
func (s *Street) answers(socket string) map[string][]byte {
	s.T.Helper()
	all := map[string][]byte{}
	for _, path := range []string{"/status", "/queue", "/audit", "/metrics"} {
		text, err := ask(socket, path)
		if err != nil || len(text) == 0 {
			s.T.Fatalf("nothing to search in %s: %v", path, err)
		}
		all[path] = text
	}
	for _, id := range ids(all["/queue"]) {
		if text, err := ask(socket, "/queue/"+id); err == nil { // one that has gone out meanwhile is no more there
			all["/queue/"+id] = text
		}
	}
	return all
}

// ids are those of the items of a queue.
func ids(queue []byte) (all []string) {
	for _, found := range regexp.MustCompile(`"id":\s*"([0-9a-f]{32})"`).FindAllSubmatch(queue, -1) {
		all = append(all, string(found[1]))
	}
	return all
}

// leakySocket is one that answers as another did, and tells a secret each time.
func (s *Street) leakySocket(answers map[string][]byte, secret string) string {
	s.T.Helper()
	socket := s.Path("leaky.sock")
	_ = os.Remove(socket) // of the search before
	l, err := net.Listen("unix", socket)
	if err != nil {
		s.T.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(append(slices.Clone(answers[r.URL.Path]), plant([]byte(secret))...))
	})}
	go func() { _ = server.Serve(l) }() // until it is closed
	s.T.Cleanup(func() { _ = server.Close() })
	return socket
}

package keyring

import (
	"crypto/tls"
	"crypto/x509"
	"sync"
	"time"
)

// TLSConfig is the server's side of mutual TLS: everybody is asked for a certificate and
// nobody has to have one. Which CAs are named to those who are asked is looked up each
// time: they change.
func (k *Keyring) TLSConfig(hosts []string, now func() time.Time) *tls.Config {
	server := &serverCertificate{ca: k.CA, hosts: hosts, now: now}
	c := &tls.Config{
		MinVersion: tls.VersionTLS13, ClientAuth: tls.RequestClientCert,
		GetCertificate: server.get, NextProtos: []string{"h2", "http/1.1"},
	}
	c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		k.watch.Glance()
		now := c.Clone()
		now.ClientCAs = x509.NewCertPool()
		for _, ca := range k.CA.Roots() {
			now.ClientCAs.AddCert(ca)
		}
		return now, nil
	}
	return c
}

// serverCertificate keeps a server certificate fresh: a new key and certificate
// are made when the old one has passed two thirds of its life, or when the CAs are
// others.
type serverCertificate struct {
	ca    *Authorities
	hosts []string
	now   func() time.Time

	mu      sync.Mutex
	current *tls.Certificate // guarded by mu
	renew   time.Time        // guarded by mu
	of      *generations     // that it was made with; guarded by mu
}

// get is tls.Config.GetCertificate. The CAs go with the certificate: at first
// contact a terminal knows only the pin of one.
func (s *serverCertificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, of := s.now(), s.ca.now.Load()
	if s.current != nil && now.Before(s.renew) && s.of == of {
		return s.current, nil
	}
	made, err := s.ca.IssueServer(s.hosts, now)
	if err != nil {
		return nil, err
	}
	s.current, s.renew, s.of = made, now.Add(serverLife*2/3), of
	return made, nil
}

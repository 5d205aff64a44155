package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// What is wrong with a configuration on its face, in words that name the member. The
// platform judges the rest.

// decodeConfig reads one object, of which it knows every member.
func decodeConfig(r io.Reader, c *config) error {
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(c)
	if kind, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		return fmt.Errorf("%q cannot be a JSON %s", kind.Field, kind.Value)
	}
	if wrong, is := errors.AsType[*json.SyntaxError](err); is {
		return fmt.Errorf("not JSON at byte %d: %w", wrong.Offset, err)
	}
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it breaks off: a closing bracket or quotation mark is missing")
	case err != nil:
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something behind the closing bracket")
	}
	return nil
}

// check reports all that is wrong, in the order of the members.
func (c config) check(path string) error {
	var all []error
	wrong := func(member string, err error) {
		if err != nil {
			all = append(all, fmt.Errorf("%s: %q: %w", path, member, err))
		}
	}
	wrong("listen", checkListen(c.Listen))
	wrong("hosts", checkHosts(c.Hosts))
	wrong("jpki", c.checkFolder(c.JPKI))
	wrong("crl", c.checkFolder(c.CRL))
	for _, address := range c.CRLURLs {
		wrong("crl_urls", checkURL(address, "http", "https", "file"))
	}
	if host, _, err := net.SplitHostPort(c.Metrics); c.Metrics != "" && (err != nil || !loopback(host)) {
		wrong("metrics", fmt.Errorf("%q is no loopback address with a port", c.Metrics))
	}
	if c.Admin != "" && filepath.Ext(c.Admin) != ".sock" { // what has the name is removed
		wrong("admin", fmt.Errorf("%q does not end in .sock", c.Admin))
	}
	return errors.Join(all...)
}

func checkListen(address string) error {
	if address == "" {
		return errors.New("is missing")
	}
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("%q is no address:port, such as :8443", address)
	}
	return nil
}

func checkHosts(hosts []string) error {
	if len(hosts) == 0 {
		return errors.New("is missing: terminals would not find the platform")
	}
	for _, host := range hosts {
		if err := checkHost(host); err != nil {
			return err
		}
	}
	return nil
}

// checkHost judges a name or an address that terminals reach the platform by.
func checkHost(text string) error {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = strings.Trim(text, "[]"), "443"
	}
	n, bad := strconv.ParseUint(port, 10, 16)
	if bad != nil || n == 0 || !hostName(host) {
		return fmt.Errorf("host %q is no name or address, with a :port if it is not 443", text)
	}
	return nil
}

// hostName allows what certificates can name: addresses, and names of letters, digits
// and hyphens.
func hostName(host string) bool {
	if net.ParseIP(host) != nil {
		return true
	}
	strange := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._", r)
	}
	return host != "" && len(host) < 254 && !strings.ContainsFunc(host, strange)
}

// checkFolder wants one to be there: else nothing that is put into it would be read.
func (c config) checkFolder(name string) error {
	if name == "" {
		return errors.New("is missing")
	}
	about, err := os.Stat(c.path(name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no folder %s", c.path(name))
	case err != nil:
		return err
	case !about.IsDir():
		return fmt.Errorf("%s is no folder", c.path(name))
	}
	return nil
}

func checkURL(text string, schemes ...string) error {
	u, err := url.Parse(text)
	if err != nil || !slices.Contains(schemes, u.Scheme) || (u.Host == "" && !filepath.IsAbs(u.Path)) {
		return fmt.Errorf("%q is no address of %s", text, strings.Join(schemes, ", "))
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"image/png"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A slip of one letter: ESC @, A, line feed, GS V 0.
const oneLetter = "\x1b@A\n\x1dV\x00"

func TestSimulatorListsWhatItCanBe(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), []string{"-list"}, strings.NewReader(""), &out); err != nil {
		t.Fatal(err)
	}
	want := len(haltest.Citizens()) + len(haltest.Situations())
	if got := strings.Count(out.String(), "\n"); got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
}

func TestSimulatorRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, args := range [][]string{
		{"-citizen", "nobody"}, {"-situation", "nothing"}, {"extra"}, {"-nonsense"},
		{"-inserted=false", "-printer", "127.0.0.1:99999"}, {"-vpcd", "127.0.0.1:1"},
	} {
		if err := run(t.Context(), args, strings.NewReader(""), io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
	if err := run(t.Context(), []string{"-help"}, strings.NewReader(""), io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-help: %v", err)
	}
}

func TestSimulatorExportsWhatItsCardsHangUnder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	if err := run(t.Context(), []string{"-export-ca", dir}, strings.NewReader(""), io.Discard); err != nil {
		t.Fatal(err)
	}
	situation, _ := haltest.FindSituation("revoked")
	card := haltest.NewCard(haltest.Citizens()[0], haltest.NewCA(), situation.Options...)
	issuer := readCertificate(t, filepath.Join(dir, "signca03.pem"))
	if err := card.Certificate().CheckSignatureFrom(issuer); err != nil {
		t.Error(err)
	}
	list := readList(t, filepath.Join(dir, "signca03.crl"))
	if err := list.CheckSignatureFrom(issuer); err != nil {
		t.Error(err)
	}
	for _, entry := range list.RevokedCertificateEntries {
		if entry.SerialNumber.Cmp(card.Certificate().SerialNumber) == 0 {
			return
		}
	}
	t.Errorf("serial %X is not revoked", card.Certificate().SerialNumber)
}

func TestSimulatorExportsACitizenUnderATestName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "citizen")
	if err := run(t.Context(), []string{"-citizen", "kazuo", "-export-citizen", dir}, strings.NewReader(""), io.Discard); err != nil {
		t.Fatal(err)
	}
	cert := readCertificate(t, filepath.Join(dir, "TEST-kazuo.crt"))
	citizen, _ := haltest.FindCitizen("kazuo")
	if card := haltest.NewCard(citizen, haltest.NewCA()); !card.Certificate().Equal(cert) {
		t.Error("the certificate is not the one on the card")
	}
	if _, err := tls.LoadX509KeyPair(filepath.Join(dir, "TEST-kazuo.crt"), filepath.Join(dir, "TEST-kazuo.key")); err != nil {
		t.Error(err)
	}
	if err := run(t.Context(), []string{"-citizen", "nobody", "-export-citizen", dir}, strings.NewReader(""), io.Discard); err == nil {
		t.Error("nobody was exported")
	}
}

func readCertificate(t *testing.T, path string) *x509.Certificate {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func readList(t *testing.T, path string) *x509.RevocationList {
	t.Helper()
	der, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestSimulatorObeysItsCommands(t *testing.T) {
	c := simulate(t, "-inserted=false", "-citizen", "claire", "-password", "OTHER1")
	c.until("ready")
	if got := strings.Join(c.say("status"), "\n"); !strings.HasPrefix(got, "citizen claire\nsituation good\ninserted false\npowered true\nverified false\ntries-left 5\nserial ") {
		t.Errorf("status is\n%s", got)
	}
	c.say("citizen hikari")
	c.say("situation blocked")
	if got := strings.Join(c.say("status"), "\n"); !strings.HasPrefix(got, "citizen hikari\nsituation blocked\n") || strings.Contains(got, "serial") {
		t.Errorf("status is\n%s", got)
	}
	for _, command := range []string{"fault remove 7", "fault lost 1", "fault delay 3 2500", "fault cut 4 1", "fault size 4 1", "fault size 4 -1", "fault answer 5 6F00", "mend",
		"touched", "transcript", "printer paper-low", "printer paper-out", "printer jammed", "printer cover-open", "printer offline", "printer silent",
		"printer broken", "printer overheated", "printer unconfirmed", "printer gone", "printer ok", "remove", "second none"} {
		c.say(command)
	}
	if got := len(c.say("help")); got != 2*len(words()) {
		t.Errorf("help has %d lines for %d commands", got, len(words()))
	}
	for _, command := range []string{"dance", "citizen", "citizen nobody", "situation nothing", "fault", "fault remove", "fault remove 0", "fault remove x", "fault burn 1",
		"fault burn 1 1", "fault delay 1 99999999", "fault cut 1 -1", "fault answer 1 ZZ", "scan", "scan x", "second", "second nobody", "printer wet", "printer", "slip 1 x", "slip"} {
		if got := c.refused(command); len(got) < len("error: x") {
			t.Errorf("%s: %q", command, got)
		}
	}
}

func TestSimulatorQuits(t *testing.T) {
	c := simulate(t, "-inserted=false")
	c.until("ready")
	c.say("quit")
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case line, ok := <-c.lines:
		if ok {
			t.Errorf("after quit it said %q", line)
		}
	case <-late.C:
		t.Error("it did not quit")
	}
}

func TestSimulatorTakesCommandsOnASocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control")
	c := simulate(t, "-inserted=false", "-control", path)
	c.until("ready")
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "slips\n"); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, len("0\nok\n"))
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "0\nok\n" {
		t.Errorf("got %q, %v", answer, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
}

func TestSimulatorPrintsOnATCPPort(t *testing.T) {
	dir := t.TempDir()
	c := simulate(t, "-inserted=false", "-printer", "127.0.0.1:0", "-slips", dir)
	_, line := c.until("printer ")
	c.until("ready")
	for n := range 2 { // one client after another
		conn, err := net.Dial("tcp", strings.TrimPrefix(line, "printer "))
		if err != nil {
			t.Fatal(err)
		}
		printOn(t, c, conn, n+1)
		conn.Close()
	}
	copied := filepath.Join(dir, "copy.png")
	c.say("slip 2 " + copied)
	for _, path := range []string{filepath.Join(dir, "slip-001.png"), filepath.Join(dir, "slip-002.png"), copied} {
		isPicture(t, path)
	}
}

func TestSimulatorPrintsOnAPseudoTerminal(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "printer")
	if err := os.Symlink("/dev/pts/left-by-another", link); err != nil {
		t.Fatal(err)
	}
	c := simulate(t, "-inserted=false", "-printer-pty", link, "-slips", dir)
	c.until("printer ")
	c.until("ready")
	for n := range 2 {
		line, err := os.OpenFile(link, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		printOn(t, c, line, n+1)
		line.Close()
	}
}

// printOn prints a slip, and asks for the paper status: DLE EOT 4.
func printOn(t *testing.T, c *console, line io.ReadWriter, n int) {
	t.Helper()
	if _, err := io.WriteString(line, oneLetter+"\x10\x04\x04"); err != nil {
		t.Fatal(err)
	}
	status := make([]byte, 1)
	if _, err := io.ReadFull(line, status); err != nil || status[0]&0x93 != 0x12 {
		t.Errorf("paper status %X, %v", status, err)
	}
	c.until("slip ")
	if got := c.say("slips"); len(got) != 1 || got[0] != string(rune('0'+n)) {
		t.Errorf("slips: %q, want %d", got, n)
	}
}

func isPicture(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Error(err)
		return
	}
	defer file.Close()
	if _, err := png.Decode(file); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

func TestSimulatorCanBeInEverySituation(t *testing.T) {
	c := simulate(t, "-inserted=false")
	c.until("ready")
	for _, s := range haltest.Situations() {
		c.say("situation " + s.ID)
		if got := c.say("status"); got[1] != "situation "+s.ID {
			t.Errorf("%s: the status is %q", s.ID, got)
		}
	}
}

func TestSimulatorScansOnAPseudoTerminal(t *testing.T) {
	link := filepath.Join(t.TempDir(), "scanner")
	c := simulate(t, "-inserted=false", "-scanner-pty", link)
	c.until("scanner ")
	c.until("ready")
	for range 2 { // one reader after another
		line, err := os.OpenFile(link, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		c.say("scan watashi:key:123456789012")
		got := make([]byte, len("watashi:key:123456789012\r"))
		if _, err := io.ReadFull(line, got); err != nil || string(got) != "watashi:key:123456789012\r" {
			t.Errorf("got %q, %v", got, err)
		}
		line.Close()
	}
}

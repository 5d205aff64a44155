//go:build e2e && linux && cgo

package e2e_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"time"

	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// machineParts are about another machine, which stands beside the first one and is
// shown on its screen.
func machineParts() []part {
	return []part{
		{title: "The machine and its key", conditions: []condition{
			{what: "the machine is not provisioned", screen: "out-of-service", code: catalogue.SetUpMissing, meet: (*scene).unprovisioned},
			{what: "the terminal starts, and its TPM takes its time", screen: "out-of-service", code: catalogue.TerminalStarting, meet: withChip((*swtpm.Line).Hold)},
			{what: "the TPM has gone", screen: "out-of-service", code: catalogue.ChipNone, meet: withChip((*swtpm.Line).Cut)},
			{what: "the TPM is another, or was cleared", screen: "out-of-service", code: catalogue.ChipCleared, meet: (*scene).otherChip},
			{what: "the TPM is locked after too many wrong authorisations", screen: "out-of-service", code: catalogue.ChipLockout, meet: withChip(answering(swtpm.RCLockout))},
			{what: "the TPM has failed", screen: "out-of-service", code: catalogue.ChipFault, meet: withChip(answering(swtpm.RCFailure))},
		}},
		{title: "What a production machine refuses", conditions: []condition{
			{what: "a key in a file", screen: "out-of-service", code: catalogue.ProductionKey, meet: made(maker{identity: protocol.Production, bundle: protocol.Production})},
			{what: "a test bundle", screen: "out-of-service", code: catalogue.ProductionBundle, meet: made(maker{identity: protocol.Production, bundle: protocol.Test, chip: true})},
			{what: "a test certificate", screen: "out-of-service", code: catalogue.ProductionCertificate, meet: made(maker{identity: protocol.Test, bundle: protocol.Production, chip: true})},
			{what: "an invented CA", screen: "out-of-service", code: catalogue.ProductionCA, meet: made(maker{identity: protocol.Production, bundle: protocol.Production, chip: true})},
			{what: "a virtual reader", screen: "out-of-service", code: catalogue.ProductionReader, meet: made(maker{identity: protocol.Production, bundle: protocol.Production, chip: true, truly: true})},
		}},
	}
}

func answering(code uint32) func(*swtpm.Line) {
	return func(l *swtpm.Line) { l.Refuse(code) }
}

// standsBeside runs terminald on a state folder and shows its page. It has no printer,
// which is told after all that is looked at here.
func (s *scene) standsBeside(state string) {
	s.T.Helper()
	home, me := s.T.TempDir(), fmt.Sprint(os.Getuid())
	s.beside = s.Path("beside.sock")
	page := home + "/screen.url"
	config, _ := json.Marshal(map[string]any{
		"state_dir": state, "printer": map[string]any{"kind": "usb", "path": home + "/lp0"},
		"ui":            map[string]string{"listen": "127.0.0.1:0", "url_file": page},
		"uplink_socket": s.Path("beside-uplink.sock"), "uplink_users": []string{me},
		"status_socket": s.beside, "status_users": []string{me},
	})
	s.Write("beside.json", config)
	program := s.ProgramAt(home, "watashi-terminald", "-config", s.Path("beside.json"))
	s.Start(program)
	s.later(func() {
		program.Stop()
		s.screen.Visit(s.Page())
	})
	var url []byte
	s.Until("the machine beside answers", func() (err error) {
		if _, err = street.StatusAt(s.beside); err == nil {
			url, err = os.ReadFile(page)
		}
		return err
	})
	s.screen.Visit(string(url))
	s.screen.Speak("ja")
}

func (s *scene) unprovisioned() { s.standsBeside(s.T.TempDir()) }

// withChip is a machine that was provisioned with its key in a TPM, which has a trouble
// from then on.
func withChip(trouble func(*swtpm.Line)) func(*scene) {
	return func(s *scene) {
		line := swtpm.NewLine(s.T, swtpm.New(s.T))
		state := s.provisioned(line.Socket)
		trouble(line)
		s.standsBeside(state)
		s.later(line.Release)
	}
}

func (s *scene) otherChip() {
	other := swtpm.New(s.T)
	withChip(func(l *swtpm.Line) { l.To(other) })(s)
}

// provisioned is the folder of a machine that was provisioned as an operator does it,
// with its keys in a TPM.
func (s *scene) provisioned(chip string) (state string) {
	s.T.Helper()
	state, uplink := s.T.TempDir(), s.T.TempDir()
	s.Write("token-beside", []byte(s.Operator("token", fmt.Sprint("beside-", time.Now().UnixNano()))))
	for _, step := range []string{"keys", "attestation", "certificates", "bundle"} {
		s.Tool("watashi-provision", "init", "-environment", "test", "-protection", "tpm", "-tpm", chip,
			"-token-file", s.Path("token-beside"), "-state-dir", state, "-uplink-dir", uplink, "-only", step)
	}
	return state
}

// A maker makes a machine of production parts and others, which nothing that ships
// puts together.
type maker struct {
	identity, bundle protocol.Environment
	chip             bool // the key is in a TPM
	truly            bool // the CA is JPKI's own
}

func made(m maker) func(*scene) {
	return func(s *scene) { s.standsBeside(m.make(s)) }
}

func (m maker) make(s *scene) (state string) {
	s.T.Helper()
	state = s.T.TempDir()
	leave := func(name string, content []byte, err error) {
		s.T.Helper()
		if err == nil {
			err = os.WriteFile(state+"/"+name, content, 0o600)
		}
		if err != nil {
			s.T.Fatal(err)
		}
	}
	signs := protocol.NewPrivateKey()
	file, err := signs.PEM()
	public, kept := any(signs.Public()), protocol.ProtectionFile
	if m.chip {
		device := swtpm.New(s.T).Socket
		file, err = tpm.At(device).NewKey()
		if err != nil {
			s.T.Fatal(err)
		}
		key, err := tpm.At(device).Key(file)
		if err != nil {
			s.T.Fatal(err)
		}
		public, kept = key.Public(), protocol.ProtectionTPM
		leave("protection.json", fmt.Appendf(nil, `{"protection":"tpm","device":%q}`, device), nil)
	}
	leave("device.key", file, err)
	der, err := m.certificate(public, kept, signs)
	leave("device.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), err)
	jws, err := m.signedBundle(s)
	leave("bundle.jws", jws, err)
	return state
}

// certificate is one that the key of a platform might sign.
func (m maker) certificate(public any, kept string, platform protocol.PrivateKey) ([]byte, error) {
	uris, err := protocol.Terminal{ID: "beside", Environment: m.identity, Protection: kept}.URIs()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), URIs: uris, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	return x509.CreateCertificate(rand.Reader, template, template, public, platform)
}

func (m maker) signedBundle(s *scene) ([]byte, error) {
	keys := protocol.NewPrivateKey()
	public := []protocol.PublicKey{keys.PublicKey()}
	b := protocol.Bundle{
		Version: 1, PlatformID: "platform-e2e", Environment: m.bundle,
		EncryptionKeys: public, ReceiptKeys: public, BundleKeys: public,
		JPKI: [][]byte{s.CA.Certificates()[0].Raw}, SigningPolicies: []string{mynumber.TestSigningPolicy().String()},
		CodeProfile: protocol.Digits6, Photo: protocol.PhotoOff, Offline: protocol.OfflineAllow, Languages: []string{"ja", "en"},
		Limits: limits(100), Issued: time.Now().UTC().Truncate(time.Second),
	}
	if m.truly {
		text, err := os.ReadFile("../../hal/mynumber/testdata/signca03.pem")
		if err != nil {
			return nil, err
		}
		block, _ := pem.Decode(text)
		b.JPKI, b.SigningPolicies = [][]byte{block.Bytes}, []string{mynumber.SigningPolicy().String()}
	}
	return protocol.SignBundle(b, keys)
}

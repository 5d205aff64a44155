package mynumber_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// testTrust believes in the invented authority.
func testTrust(ca *haltest.CA) mynumber.Trust {
	return mynumber.Trust{
		Generations: ca.Certificates(),
		Policies:    oids(mynumber.TestSigningPolicy()),
	}
}

// adult is the first of the cast.
func adult() haltest.Citizen { return haltest.Citizens()[0] }

// virtual is a virtual card whose reader passes so much in one response.
type virtual struct {
	*haltest.Card
	maxData int
}

func (v virtual) MaxData() int { return v.maxData }

func extended(card *haltest.Card) virtual { return virtual{card, 65536} }

// newCard makes a card, and looks at the end of the test that nothing out of
// bounds was touched.
func newCard(t testing.TB, opts ...haltest.Option) (*haltest.Card, mynumber.Trust) {
	t.Helper()
	return cardOf(t, adult(), opts...)
}

func cardOf(t testing.TB, citizen haltest.Citizen, opts ...haltest.Option) (*haltest.Card, mynumber.Trust) {
	t.Helper()
	ca := theCA()
	card := haltest.NewCard(citizen, ca, opts...)
	t.Cleanup(func() {
		if touched := card.Touched(); len(touched) > 0 {
			t.Errorf("touched %q, want nothing", touched)
		}
	})
	return card, testTrust(ca)
}

func opened(t testing.TB, card hal.Card, trust mynumber.Trust) *mynumber.Card {
	t.Helper()
	c, err := mynumber.Open(context.Background(), card, trust)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func pin(s string) []byte { return []byte(s) }

// visit is the whole way through a card: open, PIN, holder, signature, photo.
func visit(ctx context.Context, card hal.Card, trust mynumber.Trust, c haltest.Citizen) error {
	m, err := mynumber.Open(ctx, card, trust)
	if err != nil {
		return err
	}
	if err := m.VerifySigningPIN(ctx, pin(c.Password)); err != nil {
		return err
	}
	holder, err := m.Holder(ctx)
	if err != nil {
		return err
	}
	if err := signsOnce(holder); err != nil {
		return err
	}
	if _, err := m.PhotoTriesLeft(ctx); err != nil {
		return err
	}
	_, _, err = m.FacePhoto(ctx, []byte(c.VerificationCodeB()))
	return err
}

func signsOnce(h *mynumber.Holder) error {
	digest := sha256.Sum256([]byte("application"))
	signature, err := h.Signer.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return err
	}
	return rsa.VerifyPKCS1v15(h.Certificate.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature)
}

func TestWholeVisitGoesThroughForEveryoneInTheCast(t *testing.T) {
	for _, citizen := range haltest.Citizens() {
		if citizen.Minor {
			continue
		}
		t.Run(citizen.ID, func(t *testing.T) {
			card, trust := cardOf(t, citizen)
			if citizen.Generation == 1 {
				trust.Now = func() time.Time { return card.Certificate().NotBefore.AddDate(0, 1, 0) }
			}
			if err := visit(context.Background(), card, trust, card.Citizen()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestHolderHasTheAttributesOfTheCertificate(t *testing.T) {
	for _, citizen := range haltest.Citizens() {
		if citizen.Minor {
			continue
		}
		card, trust := cardOf(t, citizen)
		trust.Now = func() time.Time { return card.Certificate().NotBefore.AddDate(0, 1, 0) }
		m := opened(t, card, trust)
		if err := m.VerifySigningPIN(context.Background(), pin(card.Citizen().Password)); err != nil {
			t.Fatal(err)
		}
		h, err := m.Holder(context.Background())
		if err != nil {
			t.Errorf("%s: %v", citizen.ID, err)
			continue
		}
		c, a := card.Citizen(), h.Attributes
		got := []string{a.Name.Value, a.Name.Flags(), a.Sex.Code(), a.BirthDate.Code(), a.Address.Value, a.Address.Flags()}
		want := []string{c.Name, c.NameFlags, c.Sex, c.BirthDate, c.Address, c.AddressFlags}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: got %q, want %q", citizen.ID, got, want)
		}
		if !h.Certificate.Equal(card.Certificate()) {
			t.Errorf("%s: another certificate than the card's", citizen.ID)
		}
	}
}

// What the terminal tells its citizen apart, each with the exchange it is found at.
func TestOpenRefusesWhatIsNoMyNumberCardWithASigningCertificate(t *testing.T) {
	for _, tc := range []struct {
		name string
		opt  haltest.Option
		want error
	}{
		{"another card", haltest.NotMyNumber(), mynumber.ErrNotMyNumber},
		{"Basic Resident Register card", haltest.Token(haltest.TokenResidents), mynumber.ErrOldCard},
		{"Android phone", haltest.Token("JPKIAPGPSETOKEN"), mynumber.ErrPhone},
		{"iPhone", haltest.Token("JPKIAPIOSTOKEN"), mynumber.ErrPhone},
		{"longer token", haltest.Token("JPKIAPICCTOKEN2X"), mynumber.ErrUnknownCard},
		{"no signing certificate", haltest.WithoutSigningCertificate(), mynumber.ErrNoSigningCertificate},
		{"blocked", haltest.TriesLeft(0), mynumber.ErrPINBlocked},
	} {
		t.Run(tc.name, func(t *testing.T) {
			card, trust := newCard(t, tc.opt)
			m, err := mynumber.Open(context.Background(), card, trust)
			if !errors.Is(err, tc.want) || m != nil {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestHolderIsRefusedForItsCertificate(t *testing.T) {
	for _, tc := range []struct {
		name  string
		issue haltest.IssueOptions
		want  error
	}{
		{"expired", haltest.IssueOptions{Expired: true}, mynumber.ErrExpired},
		{"not yet valid", haltest.IssueOptions{NotYetValid: true}, mynumber.ErrNotYetValid},
		{"unknown CA of the same name", haltest.IssueOptions{Foreign: true}, mynumber.ErrUnknownIssuer},
		{"key usage", haltest.IssueOptions{WrongKeyUsage: true}, mynumber.ErrNotSigningCertificate},
		{"no policy", haltest.IssueOptions{NoPolicy: true}, mynumber.ErrNotSigningCertificate},
		{"policy of the public", haltest.IssueOptions{Policy: mynumber.SigningPolicy()}, mynumber.ErrNotSigningCertificate},
		{"P-384", haltest.IssueOptions{P384: true}, mynumber.ErrUnsupportedKey},
	} {
		t.Run(tc.name, func(t *testing.T) {
			card, trust := newCard(t, haltest.Issued(tc.issue))
			m := opened(t, card, trust)
			if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
				t.Fatal(err)
			}
			h, err := m.Holder(context.Background())
			if !errors.Is(err, tc.want) || h != nil {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestHolderBeforeThePINIsNotVerified(t *testing.T) {
	card, trust := newCard(t)
	if _, err := opened(t, card, trust).Holder(context.Background()); !errors.Is(err, mynumber.ErrNotVerified) {
		t.Errorf("got %v, want %v", err, mynumber.ErrNotVerified)
	}
}

// Cards and readers of other habits get the same result.
func TestVisitGoesThroughWithEveryHabit(t *testing.T) {
	for name, opts := range map[string][]haltest.Option{
		"6F00 to the first command": {haltest.Drowsy()},
		"61xx and 6Cxx":             {haltest.GetResponse()},
		"short APDUs only":          {haltest.ShortOnly()},
		"kept verified":             {haltest.VerifiedAfterReset()},
		"T=0 and drowsy":            {haltest.GetResponse(), haltest.Drowsy()},
	} {
		for _, maxData := range []int{0, 256, 1000, 65536} {
			card, trust := newCard(t, opts...)
			if err := visit(context.Background(), virtual{card, maxData}, trust, card.Citizen()); err != nil {
				t.Errorf("%s, %d: %v", name, maxData, err)
			}
		}
	}
}

// withoutSFI refuses short EF identifiers, as a card might.
type withoutSFI struct{ *haltest.Card }

func (c withoutSFI) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	sfiInP1 := command[1] == 0xB0 && command[2]&0x80 != 0
	sfiInP2 := (command[1] == 0x20 || command[1] == 0x2A) && command[3] > 0x80
	if sfiInP1 || sfiInP2 {
		return []byte{0x6A, 0x86}, nil
	}
	return c.Card.Transmit(ctx, command)
}

func TestVisitGoesThroughWithoutShortIdentifiers(t *testing.T) {
	card, trust := newCard(t)
	if err := visit(context.Background(), withoutSFI{card}, trust, card.Citizen()); err != nil {
		t.Error(err)
	}
	if got := card.TriesLeft(); got != 5 {
		t.Errorf("%d tries left, want 5", got)
	}
}

// Removal at every exchange: the answer is always that the card left, never that
// the PIN was wrong.
func TestRemovalAtEveryExchangeIsARemoval(t *testing.T) {
	for _, fault := range []func(int) haltest.Fault{haltest.RemovedAt, haltest.LostAt} {
		for k := 1; k <= exchanges(t); k++ {
			card, trust := newCard(t, haltest.Broken(fault(k)))
			err := visit(context.Background(), extended(card), trust, card.Citizen())
			if !errors.Is(err, hal.ErrCardRemoved) {
				t.Errorf("exchange %d: got %v, want %v", k, err, hal.ErrCardRemoved)
			}
			for _, never := range []error{mynumber.ErrPINBlocked, mynumber.ErrNotMyNumber, mynumber.ErrNoSigningCertificate} {
				if errors.Is(err, never) {
					t.Errorf("exchange %d: a missing card was called %v", k, never)
				}
			}
			var wrongPIN *mynumber.WrongPINError
			var wrongNumber *mynumber.WrongNumberBError
			if errors.As(err, &wrongPIN) || errors.As(err, &wrongNumber) {
				t.Errorf("exchange %d: a missing card was called a wrong PIN", k)
			}
		}
	}
}

// exchanges counts those of an undisturbed visit with extended lengths.
func exchanges(t *testing.T) int {
	t.Helper()
	card, trust := newCard(t)
	if err := visit(context.Background(), extended(card), trust, card.Citizen()); err != nil {
		t.Fatal(err)
	}
	return len(card.Transcript()) / 2
}

// A presence that ends says why, also where the driver saw the broken line first.
func TestCauseOfThePresenceWinsOverABrokenLine(t *testing.T) {
	ctx, leave := context.WithCancelCause(context.Background())
	card := scripted(func([]byte) ([]byte, error) {
		leave(hal.ErrCardRemoved)
		return nil, hal.ErrGone
	})
	if _, err := mynumber.Open(ctx, card, mynumber.Trust{}); !errors.Is(err, hal.ErrCardRemoved) {
		t.Errorf("got %v, want %v", err, hal.ErrCardRemoved)
	}
}

// Answers that are cut, empty or out of this world are errors, never a panic, an
// endless loop or a good result.
func TestBrokenAnswersEndInErrors(t *testing.T) {
	total := exchanges(t)
	for k := 1; k <= total; k++ {
		for _, cut := range []int{1, 2, 3, 1000} {
			card, trust := newCard(t, haltest.Broken(haltest.CutAt(k, cut)))
			_ = visit(context.Background(), extended(card), trust, card.Citizen())
		}
		for _, sw := range []uint16{0x6F00, 0x6A82, 0x6982, 0x9000, 0x6300, 0x6100, 0x6C00, 0x63CF, 0x6984} {
			card, trust := newCard(t, haltest.Broken(haltest.AnsweredAt(k, sw)))
			_ = visit(context.Background(), extended(card), trust, card.Citizen())
			if verifies := countVerifies(card.Transcript()); verifies > 2 {
				t.Errorf("exchange %d, %04X: %d VERIFYs with a secret", k, sw, verifies)
			}
		}
	}
}

// countVerifies counts the VERIFYs that carried data: one PIN, one number B.
func countVerifies(transcript []string) int {
	n := 0
	for _, line := range transcript {
		if strings.HasPrefix(line, "> 00 20") && strings.Contains(line, "**") {
			n++
		}
	}
	return n
}

// scripted is a card that answers as a function does.
type scripted func(command []byte) ([]byte, error)

func (scripted) ATR() []byte { return nil }

func (f scripted) Transmit(_ context.Context, command []byte) ([]byte, error) { return f(command) }

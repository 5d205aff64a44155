package platform

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Config says how a platform works. What it is, its id and environment, stands
// in its folder since Init.
type Config struct {
	// Dir is the folder that Init prepared.
	Dir string
	// Hosts are the names and addresses that terminals reach it by; the first goes
	// into provisioning tokens, and may carry a :port.
	Hosts []string
	// Store keeps what it knows. Close closes it, and so does New when it finds the
	// platform in order and cannot begin. Validate asks for none.
	Store Store
	// JPKI are the pinned CA certificates, every generation. Production takes none
	// but the real ones.
	JPKI []*x509.Certificate
	// CAs, if not nil, gives what stands in place of JPKI and OldJPKI, and is looked at
	// again and again: what is put in or taken out is taken up within seconds.
	CAs jpki.CASource
	// CRLs gives the lists of revocations.
	CRLs jpki.CRLSource
	// OCSP is the address of the CA's responder; "" is none. It is asked on arrival and
	// at activation, and at any time about what no list speaks of.
	OCSP string
	// Webhook is told what happens to accounts; without an address nobody is.
	Webhook Webhook
	// Consents are the texts that a citizen may have agreed to. Production needs
	// them; in test, none means any.
	Consents []protocol.Consent

	// What terminals are told in the bundle; zero values get a default.
	CodeProfile protocol.Profile
	Photo       string
	Offline     string
	Languages   []string
	Contact     map[string]string
	Limits      protocol.Limits
	Hours       *protocol.Hours // nil is always open

	// OldJPKI are pinned CA certificates that terminals believe no more, while cards
	// of theirs may still have signed what is on its way.
	OldJPKI []*x509.Certificate

	// Endorsements says which TPMs are real; nil is none.
	Endorsements attestation.EndorsementSource
	// Protection is the least that a key must have to get a certificate. "" is
	// protocol.ProtectionAttested in production, where protocol.ProtectionTPM lets a
	// terminal's claim suffice and protocol.ProtectionFile is refused; in test it is
	// protocol.ProtectionFile.
	Protection string
	// CertificateDays is how long certificates of terminals live; 0 is 730.
	CertificateDays int
	// LateRenewalDays is how long after its end a certificate can still be renewed;
	// 0 is 90, less is never.
	LateRenewalDays int

	// Fleet says what is done by itself about terminals that are not well.
	Fleet FleetPolicy

	// PhotoDays is how long the photo of a registration is kept; 0 is 30 days.
	PhotoDays int
	// CodeDays is how long what is kept of a code stays after the registration
	// arrived; 0 is 30 days. It is kept longer while a person has to decide.
	CodeDays int
	// EventDays is how long an event stays after it was told; 0 is 90 days.
	EventDays int
	// BrakePerMinute is how many wrong codes a minute, from everywhere together,
	// stop all activations; 0 is 100.
	BrakePerMinute int

	// Log gets no personal data; nil is slog.Default.
	Log *slog.Logger
	// Now stamps records; nil is time.Now.
	Now func() time.Time
}

// withDefaults fills in what was left open.
func (c Config) withDefaults() Config {
	c.CodeProfile = cmp.Or(c.CodeProfile, protocol.Digits6)
	c.Photo = cmp.Or(c.Photo, protocol.PhotoOff)
	c.Offline = cmp.Or(c.Offline, protocol.OfflineAllow)
	c.CertificateDays = cmp.Or(c.CertificateDays, 730)
	c.LateRenewalDays = cmp.Or(c.LateRenewalDays, 90)
	c.Fleet = c.Fleet.withDefaults()
	c.PhotoDays = cmp.Or(c.PhotoDays, 30)
	c.CodeDays = cmp.Or(c.CodeDays, 30)
	c.EventDays = cmp.Or(c.EventDays, 90)
	c.BrakePerMinute = cmp.Or(c.BrakePerMinute, 100)
	c.Limits.MaxUnsent = cmp.Or(c.Limits.MaxUnsent, 100)
	c.Limits.MaxUnsentHours = cmp.Or(c.Limits.MaxUnsentHours, 72)
	c.Limits.MaxSkewSeconds = cmp.Or(c.Limits.MaxSkewSeconds, 300)
	if len(c.Languages) == 0 {
		c.Languages = Languages()
	}
	if c.Contact == nil {
		c.Contact = map[string]string{} // in a bundle nothing is null
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Languages are those that a terminal of this release speaks, as BCP 47 tags in the order
// in which they are offered.
func Languages() []string {
	return []string{"ja", "ja-x-easy", "en", "zh-Hans", "zh-Hant", "ko", "vi", "pt-BR", "ne", "id"}
}

// check reports all that is wrong.
func (c Config) check(env protocol.Environment) (err error) {
	if len(c.Hosts) == 0 {
		err = errors.Join(err, errors.New("no host: terminals would not find the platform"))
	}
	if c.CRLs == nil {
		err = errors.Join(err, errors.New("no source of lists of revocations"))
	}
	if env == protocol.Production && len(c.Consents) == 0 {
		err = errors.Join(err, errors.New("no consent texts: production has to know what citizens agreed to"))
	}
	if min(c.PhotoDays, c.CodeDays, c.EventDays, c.BrakePerMinute) < 0 {
		err = errors.Join(err, errors.New("days and brake cannot be negative"))
	}
	if strengthOf(c.Protection) == 0 || (env == protocol.Production && c.Protection == protocol.ProtectionFile) {
		err = errors.Join(err, fmt.Errorf("protection of keys %q is not enough for %s, or none of %s, %s and %s", c.Protection, env,
			protocol.ProtectionFile, protocol.ProtectionTPM, protocol.ProtectionAttested))
	}
	if c.CertificateDays < 1 || c.CertificateDays > 3650 {
		err = errors.Join(err, errors.New("certificates of terminals live 1 to 3650 days"))
	}
	if u, bad := url.Parse(c.OCSP); c.OCSP != "" && (bad != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "") {
		err = errors.Join(err, errors.New("the responder's address is neither http nor https"))
	}
	return errors.Join(err, c.Fleet.check(), c.Webhook.check())
}

// isLoopback reports whether a host is this machine itself.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// Platform is one reference platform. It may be shared; Close ends its store.
type Platform struct {
	config  Config
	keys    *keyring.Keyring
	store   Store
	jpki    *jpki.Pinned
	revoked *jpki.Revocations
	nonces  nonces
	log     *slog.Logger
	now     func() Moment
	limits  limits
	hook    *hook  // nil is none
	owner   string // of what this platform claims
	tally   tally

	distance *distance // nil: the store is near

	certificates certificates
	beats        beats

	rechecked atomic.Int64 // how many lists there had been when certificates were looked up last
	newList   atomic.Int64 // when there was one more, in seconds since 1970; 0 is never
}

// limits are the rates that live in memory.
type limits struct {
	keysPerApp, keysPerAddress       *throttle
	codesPerApp, codesPerAddress     *throttle
	pendingPerApp, queriesPerMachine *throttle
	standingPerApp                   *throttle
	enrolments, attestations         *throttle
	renewals                         *throttle
	brake                            *brake
}

func newLimits(brakePerMinute int) limits {
	return limits{
		keysPerApp:        newThrottle(rate{5, time.Hour}),
		keysPerAddress:    newThrottle(rate{60, 10 * time.Second}), // many phones share one address
		codesPerApp:       newThrottle(rate{20, 3 * time.Second}),
		codesPerAddress:   newThrottle(rate{200, 300 * time.Millisecond}),
		pendingPerApp:     newThrottle(rate{10, 30 * time.Second}),
		queriesPerMachine: newThrottle(rate{30, 2 * time.Second}),
		standingPerApp:    newThrottle(rate{10, 10 * time.Second}),
		enrolments:        newThrottle(rate{20, 6 * time.Second}),
		attestations:      newThrottle(rate{20, 6 * time.Second}),
		renewals:          newThrottle(rate{10, time.Minute}),
		brake:             &brake{limit: brakePerMinute, window: time.Minute},
	}
}

// New opens the platform in its folder. Handler answers from then on.
func New(c Config) (*Platform, error) {
	p, err := prepared(c)
	if err != nil {
		return nil, fmt.Errorf("opening platform: %w", err)
	}
	if err := p.open(); err != nil {
		return nil, fmt.Errorf("opening platform: %w", err)
	}
	return p, nil
}

// Validate says whether New could open the platform. It changes nothing and does
// not touch the store.
func (c Config) Validate() error {
	_, err := prepared(c)
	return err
}

// prepared is a platform whose store is not open yet.
func prepared(c Config) (*Platform, error) {
	c = c.withDefaults()
	keys, err := keyring.Open(c.Dir)
	if err != nil {
		return nil, err
	}
	c.Protection = cmp.Or(c.Protection, leastProtection(keys.Environment))
	if c.CAs == nil {
		c.CAs = jpki.Unchanging{Now: c.JPKI, Old: c.OldJPKI}
	}
	pinned, err := jpki.Pin(keys.Environment, c.CAs)
	if err := errors.Join(err, c.check(keys.Environment)); err != nil {
		return nil, err
	}
	now := func() Moment { return c.Now().UTC().Truncate(time.Second) }
	p := &Platform{
		config: c, keys: keys, store: c.Store, jpki: pinned, log: c.Log, now: now,
		revoked: jpki.NewRevocations(c.CRLs, c.OCSP, pinned.CAs, c.Log), nonces: nonces{keys.MAC}, hook: newHook(c.Webhook), owner: protocol.NewID().String(),
		limits: newLimits(c.BrakePerMinute),
	}
	if _, err = signed(p.bundleContent(1, now()), keys.Current(keyring.BundleKey)); err != nil {
		return nil, fmt.Errorf("what terminals are told: %w", err)
	}
	return p, nil
}

// open gets the store and the bundle ready.
func (p *Platform) open() (err error) {
	if p.store == nil {
		return errors.New("no store: where is it to keep what it knows?")
	}
	p.distance = newDistance(p.store)
	ctx := context.Background()
	if err := p.changing(ctx, func() error { return p.renewBundle(ctx) }); err != nil {
		return errors.Join(err, p.store.Close())
	}
	return nil
}

// Close closes the store.
func (p *Platform) Close() error { return p.store.Close() }

// Config is what it works by, with what was left open filled in.
func (p *Platform) Config() Config { return p.config }

// ID is the platform's id, as applications name it.
func (p *Platform) ID() string { return p.keys.PlatformID }

// Environment is production or test, for good.
func (p *Platform) Environment() protocol.Environment { return p.keys.Environment }

// CACertificate is that of the terminal CA that new tokens pin. It vouches for the
// server's certificate as well.
func (p *Platform) CACertificate() *x509.Certificate { return p.keys.CA.Issuing() }

// Run does what is due until ctx ends, and returns its cause: registrations wait
// for lists of revocations, certificates have to be looked up again, events to be
// told, objections to be heeded, keys to be rolled over, what other processes changed to be taken up, and what
// was kept long enough is dropped.
func (p *Platform) Run(ctx context.Context) error {
	var all sync.WaitGroup
	all.Go(func() { p.follow(ctx) })
	defer all.Wait()
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := p.Sweep(ctx); err != nil && ctx.Err() == nil {
			p.log.Error("sweep failed", "cause", err.Error())
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// Sweep does once what Run does every minute.
func (p *Platform) Sweep(ctx context.Context) error {
	return errors.Join(p.Rejudge(ctx), p.recheck(ctx), p.heedAll(ctx), p.tellEvents(ctx), p.suspendSilent(ctx), p.forget(ctx), p.rollOver(ctx))
}

// bareHosts are the hosts without their ports, each once.
func bareHosts(hosts []string) (bare []string) {
	for _, h := range hosts {
		if name := hostOnly(h); !slices.Contains(bare, name) {
			bare = append(bare, name)
		}
	}
	return bare
}

package terminal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// quiet is a cabinet that is closed, whole and running.
func quiet() hal.Auxiliaries {
	return hal.Auxiliaries{Device: hal.Online, Door: hal.DoorClosed, Switch: hal.SwitchRun}
}

func changed(change func(*hal.Auxiliaries)) hal.Auxiliaries {
	a := quiet()
	change(&a)
	return a
}

func forced() hal.Auxiliaries { return changed(func(a *hal.Auxiliaries) { a.Tamper = true }) }

// What a device tells stands on the screen within two seconds, and here at once.
func TestDeviceThatIsNotReadyClosesTheTerminalUnderItsOwnName(t *testing.T) {
	sense := func(change func(*hal.Auxiliaries)) func(*bench) {
		return func(b *bench) { b.sensors.Set(changed(change)) }
	}
	reader := func(s hal.State) func(*bench) { return func(b *bench) { b.terminal.ReaderState(s) } }
	for _, test := range []struct {
		name       string
		break_, up func(*bench)
		want       catalogue.Code
	}{
		{"no reader", reader(hal.NoDevice), reader(hal.Online), catalogue.ReaderNone},
		{"reader without power", reader(hal.PowerOff), reader(hal.Online), catalogue.ReaderNone},
		{"no pcscd", reader(hal.Offline), reader(hal.Online), catalogue.ReaderService},
		{"reader held by another program", reader(hal.DeviceBusy), reader(hal.Online), catalogue.ReaderBusy},
		{"reader broken", reader(hal.HardwareError), reader(hal.Online), catalogue.ReaderFault},
		{"door", sense(func(a *hal.Auxiliaries) { a.Door = hal.DoorOpen }), sense(func(*hal.Auxiliaries) {}), catalogue.SensorDoor},
		{"sensors silent", sense(func(a *hal.Auxiliaries) { *a = hal.Auxiliaries{Device: hal.NoDevice} }), sense(func(*hal.Auxiliaries) {}), catalogue.SensorNone},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, furnished)
				defer b.stop()
				b.told()
				began := time.Now()
				test.break_(b)
				b.settle()
				test.up(b)
				b.settle()
				if got, want := b.told(), "out-of-service:"+string(test.want)+" welcome"; got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				if took := time.Since(began); took > 0 {
					t.Errorf("it took %v, want nothing but the word itself", took)
				}
			})
		})
	}
}

// A printer is asked, and tells nothing by itself.
func TestPrinterThatIsNotReadyIsOnTheScreenWithinTwoSeconds(t *testing.T) {
	ready := hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull}
	for _, test := range []struct {
		name   string
		status hal.PrinterStatus
		want   catalogue.Code
	}{
		{"paper out", hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperOut}, catalogue.PrinterPaper},
		{"jam", hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperJammed}, catalogue.PrinterJam},
		{"cover", hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperOut, CoverOpen: true}, catalogue.PrinterCover},
		{"cutter", hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperFull, CutterFault: true}, catalogue.PrinterCutter},
		{"broken", hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperFull}, catalogue.PrinterHardware},
		{"silent", hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperUnknown}, catalogue.PrinterOffline},
		{"unplugged", hal.PrinterStatus{Device: hal.NoDevice, Paper: hal.PaperUnknown}, catalogue.PrinterOffline},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, furnished)
				defer b.stop()
				b.wait(time.Second)
				b.told()
				b.printer.answerAfter(time.Second) // as long as the driver waits for a silent one
				b.printer.set(test.status)
				b.wait(2 * time.Second)
				b.printer.set(ready)
				b.wait(2 * time.Second)
				if got, want := b.told(), "out-of-service:"+string(test.want)+" welcome"; got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		})
	}
}

func TestPrinterThatIsSlowToAnswerHoldsNoOtherNewsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		defer b.stop()
		b.printer.answerAfter(3 * time.Second)
		b.wait(time.Second) // an inspection waits for the printer
		b.told()
		b.terminal.ReaderState(hal.NoDevice)
		b.settle()
		if got, want := b.told(), "out-of-service:RDR-NONE"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		b.wait(4 * time.Second) // what was begun before it must not take it back
		if got := b.told(); got != "" {
			t.Errorf("then came %q, want nothing", got)
		}
	})
}

func TestTamperingEndsTheSessionBeforeTheSignatureIsSent(t *testing.T) {
	const upToSigning = "insert midori; password; press yes; key; "
	for _, test := range []struct{ name, script, at string }{
		{"reading the card", "insert-broken", "card-reading"},
		{"password", "insert midori; type AB", "password"},
		{"attributes", "insert midori; password", "attributes"},
		{"key", "insert midori; password; press yes; type 12", "key"},
		{"confirmation", upToSigning, "confirm"},
		{"signing", upToSigning + "slow; press sign", "signing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, furnished)
				defer b.stop()
				b.broken = haltest.DelayedAt(1, 5*time.Second)
				b.play(strings.TrimSuffix(test.script, "; "))
				if got := b.screen().Screen; got != test.at {
					t.Fatalf("at %s, want %s", got, test.at)
				}
				b.told()
				b.play("tamper; wait 20s; insert claire; wait 31s; sensors quiet; wait 3s")
				if got, want := b.told(), "tamper fault:SNS-TAMPER out-of-service:SNS-TAMPER"; !sameWords(got, want) {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				if records, err := b.journal.Records(); err != nil || len(records) > 0 || len(b.printer.slips) > 0 {
					t.Errorf("%d registrations and %d slips, %v; want none", len(records), len(b.printer.slips), err)
				}
				b.nothingLeft()
				b.told()
				b.play("clear; wait 3s")
				if got, want := b.told(), "welcome card-reading password"; got != want {
					t.Errorf("after a technician has looked: got %s, want %s", got, want)
				}
			})
		})
	}
}

// sameWords compares two traces in which one thing may happen beside another.
func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func TestTamperingIsRememberedOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		b.play("tamper; sensors quiet")
		b.stop()
		b.told()
		b.start()
		defer func() { b.stop() }()
		b.play("insert midori; wait 61s")
		if got, want := screenWord(b.screen()), "out-of-service:SNS-TAMPER"; got != want {
			t.Errorf("shows %s, want %s", got, want)
		}
		if sent := len(b.card.Transcript()); sent > 0 {
			t.Errorf("%d lines were exchanged with the card, want 0", sent)
		}
		var words []string
		if err := b.journal.AuditTrail(func(e journal.Entry) { words = append(words, e.Event) }); err != nil || !slices.Contains(words, "tampered") {
			t.Errorf("the audit says %v, %v", words, err)
		}
	})
}

func TestTamperingThatStillGoesOnCannotBeCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		defer b.stop()
		b.play("tamper; clear; wait 3s")
		since, err := b.journal.Tampered()
		if since.IsZero() || err != nil || screenWord(b.screen()) != "out-of-service:SNS-TAMPER" {
			t.Errorf("tampered since %v, %v, and the screen says %s", since, err, screenWord(b.screen()))
		}
	})
}

func TestTamperingThatTheDiskDoesNotTakeClosesTheTerminalAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		defer b.stop()
		b.told()
		b.play("journal tamper; tamper; sensors quiet; wait 3s")
		if got := screenWord(b.screen()); got != "out-of-service:SNS-TAMPER" {
			t.Errorf("shows %s", got)
		}
		b.play("journal works; wait 3s")
		if since, err := b.journal.Tampered(); since.IsZero() || err != nil {
			t.Errorf("tampered since %v, %v: it was not kept when the disk worked again", since, err)
		}
	})
}

func TestSensorsThatSpeakOfForceFromTheBeginningLatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished, func(b *bench) { b.sensors.Set(forced()) })
		defer b.stop()
		b.play("sensors quiet; wait 3s")
		if got := screenWord(b.screen()); got != "out-of-service:SNS-TAMPER" {
			t.Errorf("shows %s", got)
		}
	})
}

func TestDriverThatGivesUpEndsTheTerminal(t *testing.T) {
	for name, break_ := range map[string]func(*terminal.Config){
		"card reader gave up": func(c *terminal.Config) { c.Reader = quitter{} },
		"sensors gave up":     func(c *terminal.Config) { c.Sensors = sensorQuitter{} },
		"scanner gave up":     func(c *terminal.Config) { c.Scanner = scannerQuitter{} },
	} {
		synctest.Test(t, func(t *testing.T) {
			b := unstartedBench(t, haltest.NewCAAt(epoch()), furnished)
			break_(&b.config)
			if err := terminal.New(b.config).Run(t.Context()); err == nil || !strings.Contains(err.Error(), name) || !errors.Is(err, errQuit) {
				t.Errorf("got %v, want %s", err, name)
			}
		})
	}
}

var errQuit = errors.New("no more")

type (
	quitter        struct{}
	sensorQuitter  struct{}
	scannerQuitter struct{}
)

func (quitter) Serve(context.Context, func(context.Context, hal.Card)) error { return errQuit }

func (sensorQuitter) Serve(context.Context, func(hal.Auxiliaries)) error { return errQuit }

func (scannerQuitter) Serve(context.Context, func([]byte)) error { return errQuit }

func TestCodeHeldToTheScannerIsAKeyOrNothing(t *testing.T) {
	const secret = "watashi:key:000000000098"
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		defer b.stop()
		b.play("insert midori; password; press yes")
		if got := b.screen(); got.Picture != "scan-key" || got.Entry == nil {
			t.Errorf("the key is asked for with picture %q, entry %v", got.Picture, got.Entry)
		}
		for _, hostile := range []string{"<script>alert(1)</script>", "watashi:key:000000000089", "watashi:code:124578", "WATASHI:KEY:000000000098", "0"} {
			b.wait(time.Second)
			b.scanner.Scan(hostile)
			b.settle()
			if got := screenWord(b.screen()); got != "key:KEY-SCAN" {
				t.Errorf("%q: shows %s", hostile, got)
			}
			b.noSecretsIn(b.log.String(), "log")
			if strings.Contains(strings.Join(words(b.screen()), " ")+b.log.String(), hostile) && hostile != "0" {
				t.Errorf("%q was passed on", hostile)
			}
			b.typeKeys("1") // whoever goes on typing is not hindered
		}
		b.told()
		b.scanner.Scan(secret)
		b.settle()
		if got, want := b.told(), "key-checking confirm"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if strings.Contains(b.log.String(), "000000000098") {
			t.Error("the key stands in the log")
		}
	})
}

func TestWrongKeyHeldToTheScannerForLongIsOneMistake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		defer b.stop()
		b.play("answers used; insert midori; password; press yes")
		for range 10 {
			b.scanner.Scan("watashi:key:000000000098")
			b.wait(300 * time.Millisecond)
		}
		if got := screenWord(b.screen()); got != "key:KEY-USED" || b.platform.queries != 1 {
			t.Errorf("shows %s after %d questions, want key:KEY-USED after 1", got, b.platform.queries)
		}
	})
}

func TestScannerIsNotListenedToForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		defer b.stop()
		b.play("insert midori; password; press yes")
		for range 19 {
			b.scanner.Scan("spam")
			b.scanner.Scan("spam") // in the same second, so it does not count
			b.wait(time.Second)
		}
		if got := b.screen().Picture; got != "scan-key" {
			t.Errorf("after 19 codes: picture %s", got)
		}
		b.scanner.Scan("spam")
		b.settle()
		b.scanner.Scan("watashi:key:000000000098")
		b.settle()
		if got := b.screen(); got.Screen != "key" || got.Picture != "phone" {
			t.Errorf("after 20 codes: shows %s with picture %s, want key with the phone", got.Screen, got.Picture)
		}
		b.play("key; press stop; press finish; remove; insert claire; password; press yes")
		if got := b.screen().Picture; got != "scan-key" {
			t.Errorf("the next citizen sees picture %s", got)
		}
	})
}

func TestCodeHeldToTheScannerElsewhereDoesNothing(t *testing.T) {
	for _, script := range []string{"wait 1s", "insert midori; type AB", "insert midori; password", "insert midori; password; press yes; key", "paper out; wait 3s"} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, furnished)
			defer b.stop()
			b.play(script)
			before := b.screen()
			b.scanner.Scan("watashi:key:000000000098")
			b.scanner.Scan("spam")
			b.settle()
			if after := b.screen(); after.Page != before.Page || screenWord(after) != screenWord(before) {
				t.Errorf("%s: %s became %s", script, screenWord(before), screenWord(after))
			}
		})
	}
}

func TestLightsFollowTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		want := func(where, lights string) {
			t.Helper()
			if got := glowing(b.lights.Lit()); got != lights {
				t.Errorf("%s: %s, want %s", where, got, lights)
			}
		}
		want("welcome", "reader slow")
		b.play("insert midori")
		want("password", "reader continuous")
		b.play("password; press yes")
		want("key", "reader continuous, scanner slow")
		b.play("key; press sign")
		want("take your card and slip", "reader slow, printer slow")
		b.lights.Unplug()
		b.play("press finish; paper out; wait 3s; paper full; wait 3s")
		b.lights.Plug()
		b.wait(6 * time.Second)
		want("back from a fault", "reader slow")
		b.stop()
		want("after the end", "dark")
	})
}

func glowing(g hal.GuideLights) string {
	var lit []string
	for _, l := range []struct {
		name string
		glow hal.Glow
	}{{"reader", g.CardReader}, {"printer", g.ReceiptPrinter}, {"scanner", g.Scanner}} {
		if l.glow != hal.GlowOff {
			lit = append(lit, l.name+" "+string(l.glow))
		}
	}
	if len(lit) == 0 {
		return "dark"
	}
	return strings.Join(lit, ", ")
}

// stuckLights take their time for each word.
type stuckLights struct {
	mu   sync.Mutex
	said []hal.GuideLights
}

func (l *stuckLights) Light(ctx context.Context, g hal.GuideLights) error {
	l.mu.Lock()
	l.said = append(l.said, g)
	l.mu.Unlock()
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestLightsThatHangHoldNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := &stuckLights{}
		b := newBench(t, furnished, func(b *bench) { b.config.Lights = stuck })
		b.told()
		began := time.Now()
		b.play("insert midori; password; press yes; key; press sign; press finish")
		if got := b.told(); !strings.HasSuffix(got, "take-card welcome") || time.Since(began) > 0 {
			t.Errorf("it took %v to come to %s", time.Since(began), got)
		}
		b.stop()
		if last := stuck.said[len(stuck.said)-1]; last != (hal.GuideLights{}) || len(stuck.said) > 3 {
			t.Errorf("said %v, want the dark last, and nothing that was over already", stuck.said)
		}
	})
}

func TestCardPutIntoAClosedTerminalIsGivenBackUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished, func(b *bench) {
			b.motor = haltest.NewEjector(motor{b})
			b.config.Ejector = b.motor
		})
		defer b.stop()
		b.play("paper out; wait 3s; insert midori")
		if sent := len(b.card.Transcript()); sent > 0 || b.card.Powered() {
			t.Errorf("%d lines were exchanged with the card, and it has power: %v", sent, b.card.Powered())
		}
		if got := b.motor.Moves(); !slices.Equal(got, []haltest.Move{haltest.Ejected}) {
			t.Errorf("the motor did %v, want one ejection", got)
		}
		b.told()
		b.play("paper full; wait 3s; insert midori; press stop; press finish")
		if got, want := b.told(), "welcome card-reading password goodbye:SES-STOPPED welcome"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// motor moves the card of the bench's reader.
type motor struct{ bench *bench }

func (m motor) Eject(context.Context) error  { m.bench.reader.Remove(); return nil }
func (m motor) Retain(context.Context) error { return errors.New("no bin") }

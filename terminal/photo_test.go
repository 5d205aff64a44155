package terminal_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// A photo that cannot be had ends a visit that needs one, under the name of what
// is wrong with it. Elsewhere the citizen reads that it goes on without.
func TestPhotoThatProvesNothingIsToldByItsName(t *testing.T) {
	const genuine = "signature_valid=true chip_genuine=true"
	for _, tc := range []struct {
		situation, fault, logged string
		end                      terminal.PhotoEnd
	}{
		{"tampered-face", "PHOTO-FORGED", "signature_valid=false chip_genuine=true", terminal.PhotoWasForged},
		{"cloned-chip", "PHOTO-FORGED", "signature_valid=true chip_genuine=false", terminal.PhotoWasForged},
		{"malformed-face", "PHOTO-MISSING", "malformed data on the card", terminal.PhotoWasMissing},
	} {
		for rule, want := range map[string]string{
			"required": "fault:" + tc.fault + " welcome",
			"optional": "key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome",
		} {
			t.Run(tc.situation+", "+rule, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var ends []terminal.PhotoEnd
					b := newBench(t, func(b *bench) { b.config.Photo = func(e terminal.PhotoEnd) { ends = append(ends, e) } })
					defer b.stop()
					b.play("photo " + rule + "; insert midori " + tc.situation + "; password; press yes; press era; face")
					if told := b.toldOfNoPhoto(); told != (rule == "optional") {
						t.Errorf("that it goes on without a photo is told: %v", told)
					}
					b.play("key; press sign; press finish")
					if !slices.Equal(ends, []terminal.PhotoEnd{tc.end}) {
						t.Errorf("told that it ended %v, want %s once", ends, tc.end)
					}
					if trace := b.told(); !strings.HasSuffix(trace, "photo-code photo-reading "+want) {
						t.Errorf("got %s, want it to end in %s", trace, want)
					}
					if log := b.log.String(); !strings.Contains(log, tc.logged) || strings.Contains(log, genuine) {
						t.Errorf("the log does not say %s:\n%s", tc.logged, log)
					}
					for _, a := range b.platform.opened {
						if a.PhotoSHA256 != nil || a.PhotoCheck != "" {
							t.Error("a photo that proves nothing was sent")
						}
					}
					b.nothingLeft()
				})
			})
		}
	}
}

func (b *bench) toldOfNoPhoto() bool {
	return slices.Contains(b.screen().Text, catalogue.Text("ja", catalogue.PhotoUnread))
}

// A wrong number is no end yet.
func TestPhotoThatIsReadInTheEndIsCountedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ends []terminal.PhotoEnd
		b := newBench(t, func(b *bench) { b.config.Photo = func(e terminal.PhotoEnd) { ends = append(ends, e) } })
		defer b.stop()
		b.play("photo optional; insert midori; password; press yes; press western; face; press era; face; key; press sign; press finish")
		if !slices.Equal(ends, []terminal.PhotoEnd{terminal.PhotoWasRead}) {
			t.Errorf("told that it ended %v, want read once: %s", ends, b.told())
		}
	})
}

// Whoever leaves the photo out himself knows that it goes on without.
func TestPhotoLeftOutIsNotToldAsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.stop()
		b.play("photo optional; insert midori; password; press yes; press skip")
		if b.screen().Screen != "key" || b.toldOfNoPhoto() {
			t.Errorf("at %s somebody who left the photo out is told that it is lost", b.screen().Screen)
		}
		b.play("press stop; press finish")
	})
}

// The photo's application is selected behind the password. A card that forgets it
// over that is given it once more, and loses no try.
func TestForgetfulCardIsGivenItsPasswordOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.stop()
		b.play("photo required; insert midori forgetful; password; press yes; press era; face; key; press sign; password; press finish")
		_, after, _ := strings.Cut(b.told(), "confirm ")
		if want := "signing password password-checking signing delivering commit delivering printing begin print end-done take-card welcome"; after != want {
			t.Errorf("got  %s\nwant %s", after, want)
		}
		if left := b.triesLeft(); left != " tries:5" {
			t.Errorf("left are%s, want 5", left)
		}
		b.nothingLeft()
	})
}

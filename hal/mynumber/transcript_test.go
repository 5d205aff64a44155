package mynumber_test

import (
	"context"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// What goes to the card in each flow, to the byte; # hides a hash, ... stands for
// READs of 256 bytes each, one after the other.
const (
	openShort = `
00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01
00 B0 86 00 20
00 B0 88 00 03
00 20 00 9B`
	verifyMidori = `
00 20 00 9B 09 ** ** ** ** ** ** ** ** **`
	certificateShort = `
00 B0 81 00 00
00 B0 01 00 00 ...
00 B0 06 00 0E`
	certificateExtended = `
00 B0 81 00 00 00 00`
	sign = `
80 2A 00 9A 33 30 31 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20 # 00`
	photoCounter = `
00 A4 04 0C 0A D3 92 10 00 31 00 01 01 04 02
00 20 00 92`
	photoExtended = `
00 20 00 92 0E ** ** ** ** ** ** ** ** ** ** ** ** ** **
00 B0 82 00 00 00 00
00 B0 84 00 00 00 00
80 2A 00 00 33 30 31 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20 # 00`
)

func TestEveryFlowSendsExactlyItsCommands(t *testing.T) {
	certificate := func(ctx context.Context, card hal.Card, trust mynumber.Trust, c haltest.Citizen) error {
		_, h := held(t, ctx, card, trust)
		return signsOnce(h)
	}
	for _, tc := range []struct {
		name    string
		maxData int
		run     func(context.Context, hal.Card, mynumber.Trust, haltest.Citizen) error
		want    string
	}{
		{"certificate and signature, short", 256, certificate, openShort + verifyMidori + certificateShort + sign},
		{"certificate and signature, extended", 65536, certificate, openShort + verifyMidori + certificateExtended + sign},
		{"with photo, extended", 65536, visit, openShort + verifyMidori + certificateExtended + sign + photoCounter + photoExtended},
	} {
		card, trust := newCard(t)
		if err := tc.run(context.Background(), virtual{card, tc.maxData}, trust, card.Citizen()); err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		if got, want := flow(commands(card)), strings.TrimSpace(tc.want); got != want {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", tc.name, got, want)
		}
	}
}

// flow writes commands as the constants above do.
func flow(sent []string) string {
	var lines []string
	for _, command := range sent {
		if fields := strings.Fields(command); fields[1] == "2A" {
			command = strings.Join(append(append(fields[:24:24], "#"), fields[56:]...), " ")
		}
		n := len(lines)
		if n > 0 && wholeRead(command) && wholeRead(strings.TrimSuffix(lines[n-1], " ...")) {
			lines[n-1] = strings.TrimSuffix(lines[n-1], " ...") + " ..."
			continue
		}
		lines = append(lines, command)
	}
	return strings.Join(lines, "\n")
}

// wholeRead is a READ of 256 bytes of the current file.
func wholeRead(command string) bool {
	return strings.HasPrefix(command, "00 B0 0") && strings.HasSuffix(command, " 00 00") && len(command) == len("00 B0 01 00 00")
}

// The fewest exchanges that this certificate and a signature take are 10 short and
// 4 extended. Three more are what makes it safe: the token, the issuance state and
// the counter, all before the PIN is asked for.
func TestCertificateAndSignatureTakeThirteenExchangesOrSeven(t *testing.T) {
	for maxData, want := range map[int]int{256: 13, 65536: 7} {
		card, trust := newCard(t)
		_, h := held(t, context.Background(), virtual{card, maxData}, trust)
		if err := signsOnce(h); err != nil {
			t.Fatal(err)
		}
		if got := len(commands(card)); got != want {
			t.Errorf("up to %d bytes: %d exchanges, want %d", maxData, got, want)
		}
	}
}

// A real transcript may not be at hand, but a wrong, extra or missing command of
// the refused flows shows against this one.
func TestPlaybackOfARefusedCard(t *testing.T) {
	card := haltest.NewPlayback(t, nil, `
> 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01  ; JPKI
< 6F 00                                         ; the first command after power-up
> 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01
< 90 00
> 00 B0 86 00 20                                ; token
< 4A 50 4B 49 41 50 49 43 43 54 4F 4B 45 4E 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 90 00
`)
	if _, err := mynumber.Open(context.Background(), card, mynumber.Trust{}); err == nil || !strings.Contains(err.Error(), mynumber.ErrOldCard.Error()) {
		t.Errorf("got %v, want %v", err, mynumber.ErrOldCard)
	}
}

package haltest_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// Each case begins with a card that has just got power.
func TestCardsHaveTheHabitsTheyAreMadeWith(t *testing.T) {
	wrong, right := "0020009B0158", "0020009B09 4D49444F5249313233"
	for name, tc := range map[string]struct {
		options []haltest.Option
		script  []string
	}{
		"6983": {[]haltest.Option{haltest.TriesLeft(1), haltest.Blocked6983()}, []string{
			selectJPKI + "> 9000", "0020009B > 63C1", wrong + "> 63C0", wrong + "> 6983", "0020009B > 6983", right + "> 6983",
		}},
		"no short identifiers": {[]haltest.Option{haltest.NoShortIdentifiers()}, []string{
			selectJPKI + "> 9000", "00B0860020 > 6B00", "0020009B > 6A88", right + "> 6A88",
			selectPassword + "> 9000", "00200080 > 63C5", verify("MIDORI123") + "> 9000", "802A009A01AA00 > 6A86",
			selectKey + "> 9000", "802A008001AA00 > 9000", selectFace + "> 9000", "802A000001AA00 > 9000",
		}},
		"no counter": {[]haltest.Option{haltest.Uncounted()}, []string{
			selectJPKI + "> 9000", "0020009B > 6300", "0020009B00 > 6300", wrong + "> 6300", right + "> 9000", "0020009B > 6300",
		}},
		"no counter, blocked": {[]haltest.Option{haltest.Uncounted(), haltest.TriesLeft(0)}, []string{
			selectJPKI + "> 9000", "0020009B > 6300", right + "> 6984",
		}},
		"counter with a Le": {[]haltest.Option{haltest.QueryWithLe()}, []string{
			selectJPKI + "> 9000", "0020009B > 6700", "0020009B00 > 63C5", right + "> 9000", "0020009B00 > 63C5",
		}},
		"end of file": {[]haltest.Option{haltest.TellsEndOfFile()}, []string{
			selectJPKI + "> 9000", "00B0880004 > 8F8F006282", "00B0880003 > 8F8F009000", "00B08800000000 > 8F8F006282", "00B0880300 > 6B00",
		}},
		"forgetful": {[]haltest.Option{haltest.Forgetful()}, []string{
			selectJPKI + "> 9000", right + "> 9000", selectJPKI + "> 9000", selectKey + "> 9000", "802A008001AA00 > 9000",
			selectFace + "> 9000", selectJPKI + "> 9000", selectKey + "> 9000", "802A008001AA00 > 6982", "0020009B > 63C5",
		}},
		"FCI": {[]haltest.Option{haltest.AnswersFCI()}, []string{
			selectJPKI + "> 6F0C840AD392F0002601000000019000", "00A4020C020008 > 6F0880020003830200089000", "00A4020C021234 > 6A82",
		}},
		"FCI over T=0": {[]haltest.Option{haltest.AnswersFCI(), haltest.GetResponse()}, []string{
			selectJPKI + "> 610E", "00C000000E > 6F0C840AD392F0002601000000019000",
		}},
		"face authentication": {[]haltest.Option{haltest.FaceCard()}, []string{
			selectJPKI + "> 9000", "00B0880003 > 008F009000", "0020009B > 63C0", "00200098 > 63C0", selectFace + "> 9000", "00200092 > 63CA",
		}},
		"phone": {[]haltest.Option{haltest.Token(haltest.TokenIPhone)}, []string{
			selectJPKI + "> 9000", "00B086000E > 4A504B4941504 94F53544F4B454E 9000", selectFace + "> 6A82", selectText + "> 6A82",
		}},
		"number B blocked": {[]haltest.Option{haltest.NumberBTriesLeft(0)}, []string{
			selectFace + "> 9000", "00200092 > 63C0", "002000920E 3535303231373230333532323835 > 6984",
		}},
	} {
		t.Run(name, func(t *testing.T) { converse(t, newCard(tc.options...), tc.script...) })
	}
}

func TestFilesAreFilledUpWithWhatTheyAreMadeWith(t *testing.T) {
	for _, value := range []byte{0x00, 0xFF} {
		card := newCard(haltest.Filler(value, 700))
		converse(t, card, selectJPKI+"> 9000", selectPassword+"> 9000", verify("MIDORI123")+"> 9000", selectCertificate+"> 9000")
		want := append(bytes.Clone(card.Certificate().Raw), bytes.Repeat([]byte{value}, 700)...)
		if got := readAll(t, card); !bytes.Equal(got, want) {
			t.Errorf("filled with %02X: %d bytes, want %d", value, len(got), len(want))
		}
	}
}

func TestMuteCardHasNoATRAndSaysNothing(t *testing.T) {
	card := newCard(haltest.Mute())
	if atr := card.ATR(); !bytes.Equal(atr, []byte{0xFF, 0xFF}) {
		t.Errorf("ATR % X", atr)
	}
	if answer, err := card.Transmit(context.Background(), unhex(t, selectJPKI)); !errors.Is(err, hal.ErrCardMute) || answer != nil {
		t.Errorf("got % X, %v, want %v", answer, err, hal.ErrCardMute)
	}
}

func TestCardUnderACardIsNewOnceTheOtherIsOut(t *testing.T) {
	reader, card := haltest.NewReader(), newCard()
	reader.InsertTwo(card)
	ctx, stop := context.WithCancelCause(context.Background())
	var said []error
	err := reader.Serve(ctx, func(ctx context.Context, c hal.Card) {
		_, err := c.Transmit(ctx, unhex(t, selectJPKI))
		said = append(said, err)
		if len(said) == 1 {
			reader.Remove()
			return
		}
		stop(errStop)
	})
	if !errors.Is(err, errStop) || len(said) != 2 || !errors.Is(said[0], hal.ErrCardCollision) || said[1] != nil {
		t.Errorf("got %v, then %v", said, err)
	}
}

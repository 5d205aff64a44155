package haltest_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

func TestVirtualEjectorKeepsWhatAnEjectorPromises(t *testing.T) {
	reader, card := haltest.NewMotorReader(), newCard()
	ejector := haltest.NewEjector(reader)
	haltest.TestEjector(t, haltest.EjectorFixture{
		Reader: reader, Ejector: ejector, Insert: func() { reader.Insert(card) }, Retained: reader.Retained,
	})
	if moves := ejector.Moves(); len(moves) != 8 || slices.Index(moves, haltest.Retained) != 4 {
		t.Errorf("the motor noted %q", moves)
	}
}

func TestAMotorThatJamsLeavesTheCard(t *testing.T) {
	reader, card, jam := haltest.NewMotorReader(), newCard(), errors.New("jam")
	ejector := haltest.NewEjector(reader)
	reader.Insert(card)
	ejector.Jam(jam)
	if err := ejector.Retain(t.Context()); !errors.Is(err, jam) || reader.Retained() != 0 || len(ejector.Moves()) != 0 {
		t.Errorf("a jammed motor: %v, %d retained, noted %q", err, reader.Retained(), ejector.Moves())
	}
	ejector.Jam(nil)
	if err := ejector.Eject(t.Context()); err != nil || !slices.Equal(ejector.Moves(), []haltest.Move{haltest.Ejected}) {
		t.Errorf("a mended motor: %v, noted %q", err, ejector.Moves())
	}
}

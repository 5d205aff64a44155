package haltest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// Ejector is the motor of a reader that notes what it did, and can jam.
type Ejector struct {
	motor hal.Ejector

	mu     sync.Mutex
	jammed error
	moves  []Move
}

var _ hal.Ejector = (*Ejector)(nil)

// A Move is what a motor did with a card.
type Move string

// The moves.
const (
	Ejected  Move = "ejected"
	Retained Move = "retained"
)

// NewEjector notes what a motor does, as that of a MotorReader.
func NewEjector(motor hal.Ejector) *Ejector { return &Ejector{motor: motor} }

// Eject hands the card back.
func (e *Ejector) Eject(ctx context.Context) error { return e.move(ctx, Ejected, e.motor.Eject) }

// Retain draws the card into the bin.
func (e *Ejector) Retain(ctx context.Context) error { return e.move(ctx, Retained, e.motor.Retain) }

func (e *Ejector) move(ctx context.Context, m Move, do func(context.Context) error) error {
	if err := e.stuck(); err != nil {
		return fmt.Errorf("moving the card: %w", err)
	}
	if err := do(ctx); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.moves = append(e.moves, m)
	return nil
}

func (e *Ejector) stuck() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.jammed
}

// Moves is what the motor did, in order.
func (e *Ejector) Moves() []Move {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.moves)
}

// Jam makes each move fail with err and leave the card where it is; nil mends it.
func (e *Ejector) Jam(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.jammed = err
}

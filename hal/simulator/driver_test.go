//go:build e2e && (cgo || windows)

package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/hal/pcsc"
)

// The driver that ships, over a real pcscd, keeps the promises of its seam.
func TestE2EPCSCReaderPassesTheConformanceSuite(t *testing.T) {
	within(t, func(t *testing.T, c *console) {
		haltest.TestReader(t, haltest.ReaderFixture{
			Reader:   pcsc.New(pcsc.Config{Name: pcscdtest.ReaderName}),
			Insert:   func() { c.say("insert") },
			Remove:   func() { c.say("remove") },
			Password: "MIDORI123",
			Verified: func() bool { return strings.Contains(strings.Join(c.say("status"), "\n"), "verified true") },
			Patience: 20 * time.Second,
		})
	}, "-inserted=false")
}

func TestE2EPCSCCardPassesTheConformanceSuite(t *testing.T) {
	within(t, func(t *testing.T, c *console) {
		ctx, stop := context.WithCancel(context.Background())
		cards, over, done := make(chan hal.Card), make(chan struct{}), make(chan error)
		go func() {
			done <- pcsc.New(pcsc.Config{}).Serve(ctx, func(_ context.Context, card hal.Card) {
				cards <- card
				<-over
			})
		}()
		haltest.TestCard(t, haltest.CardFixture{Card: <-cards, Remove: func() { c.say("remove") }})
		close(over)
		stop()
		<-done // it says no more than that it was stopped
		if touched := c.say("touched"); len(touched) > 0 {
			t.Errorf("touched %q", touched)
		}
	})
}

package uplink_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/terminal/uplink"
)

func TestClockIsJudgedByThePlatforms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := 5 * time.Minute
		floor := time.Now().Add(-time.Hour)
		for name, test := range map[string]struct {
			platform time.Duration // ahead of ours
			want     error
		}{
			"equal":                       {0, nil},
			"ours just not too late":      {limit, nil},
			"ours too late":               {limit + time.Second, uplink.ErrClockSkewed},
			"ours just not too early":     {-limit, nil},
			"ours too early":              {-limit - time.Second, uplink.ErrClockSkewed},
			"years apart, as after a cut": {20 * 365 * 24 * time.Hour, uplink.ErrClockSkewed},
		} {
			c := uplink.NewClock(func() time.Duration { return 0 }, func() time.Time { return floor })
			if err := c.Fault(); err != nil {
				t.Errorf("%s: before any contact: %v", name, err)
			}
			c.Hear(time.Now().Add(test.platform).Round(0))
			time.Sleep(time.Hour)
			if err := c.Fault(); !errors.Is(err, test.want) {
				t.Errorf("%s: got %v, want %v", name, err, test.want)
			}
		}
	})
}

func TestClockEarlierThanASignedTimeIsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signed := time.Now()
		c := uplink.NewClock(func() time.Duration { return time.Minute }, func() time.Time { return signed })
		if err := c.Fault(); err != nil {
			t.Errorf("at the signed time: %v", err)
		}
		signed = signed.Add(time.Nanosecond)
		if err := c.Fault(); !errors.Is(err, uplink.ErrClockBehind) {
			t.Errorf("before the signed time: got %v, want %v", err, uplink.ErrClockBehind)
		}
	})
}

func TestClockIsToldInWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for ahead, want := range map[time.Duration]string{
			0:                 "agrees with the platform's clock",
			90 * time.Second:  "is 1m30s behind, by the platform's clock",
			-90 * time.Second: "is 1m30s ahead, by the platform's clock",
			432 * time.Second: "clock differs from the platform's: it is 7m12s behind, and 5m0s is allowed: set it",
			-time.Hour:        "clock differs from the platform's: it is 1h0m0s ahead, and 5m0s is allowed: set it",
		} {
			c := uplink.NewClock(func() time.Duration { return 0 }, func() time.Time { return time.Time{} })
			if got := c.Words(); got != "not compared with the platform's clock yet" {
				t.Errorf("before any contact: %s", got)
			}
			c.Hear(time.Now().Add(ahead))
			if got := c.Words(); got != want {
				t.Errorf("%v: %s, want %s", ahead, got, want)
			}
		}
	})
}

// What is signed outweighs what anybody could say, for a day.
func TestUnsignedTimeCannotContradictASignedOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := uplink.NewClock(func() time.Duration { return 0 }, func() time.Time { return time.Time{} })
		c.HearSigned(time.Now().Add(time.Hour))
		time.Sleep(time.Minute)
		c.Hear(time.Now()) // "your clock is right"
		if got := c.Skew().Round(time.Second); got != -time.Hour {
			t.Errorf("a lie about the clock is believed: skew %v", got)
		}
		c.Hear(time.Now().Add(time.Hour + 30*time.Second))
		if got := c.Skew().Round(time.Second); got != -time.Hour-30*time.Second {
			t.Errorf("what agrees is not taken: skew %v", got)
		}
		time.Sleep(25 * time.Hour)
		c.Hear(time.Now())
		if got := c.Skew(); got != 0 {
			t.Errorf("a day later nothing else is taken: skew %v", got)
		}
	})
}

func TestKeyAnswerTellsTheTimeToTheClock(t *testing.T) {
	told := make(chan time.Time, 1)
	inBubbleWith(t, func(c *uplink.DeskConfig) { c.SignedClock = func(at time.Time) { told <- at } }, func(t *testing.T, w *world) {
		w.carry()
		w.wait(5 * time.Second)
		if _, err := w.desk.QueryKey(t.Context(), []byte("q")); err != nil {
			t.Fatal(err)
		}
		if at := <-told; !at.Equal(moment()) {
			t.Errorf("told %v, signed %v", at, moment())
		}
	})
}

func TestOddClockIsAskedAgainOnceAndReplacedAtOnce(t *testing.T) {
	told, doubted := uplink.ClockReadings(time.Now(), 0, time.Second, -2*time.Hour, -2*time.Hour, 0, 0)
	if want := []bool{true, false, true, false, true, false}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	if want := []bool{false, false, true, false, false, false}; !slices.Equal(doubted, want) {
		t.Errorf("doubted %v, want %v", doubted, want)
	}
}

package uplink_test

import (
	"errors"
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

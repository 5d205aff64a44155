package street_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/terminal/street"
)

func TestEventuallyWaitsAsLongAsItsPatience(t *testing.T) {
	cause := errors.New("three wait")
	for name, test := range map[string]struct {
		comes, patience, took time.Duration
		want                  string
	}{
		"at once":        {0, time.Second, 0, ""},
		"in time":        {time.Second, 2 * time.Second, time.Second, ""},
		"never":          {time.Hour, time.Minute, time.Minute, "waiting in vain until all is delivered: three wait"},
		"no time at all": {time.Hour, 0, 0, "waiting in vain until all is delivered: three wait"},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			err := street.Eventually(t.Context(), test.patience, "all is delivered", func() error {
				if time.Since(began) < test.comes {
					return cause
				}
				return nil
			})
			if took := time.Since(began); took != test.took {
				t.Errorf("%s: took %v, want %v", name, took, test.took)
			}
			if test.want == "" && err != nil || test.want != "" && (!errors.Is(err, cause) || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%s: got %v, want %q", name, err, test.want)
			}
		})
	}
}

func TestEventuallyEndsWithItsTest(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := street.Eventually(ctx, time.Hour, "never", func() error { return errors.New("not yet") }); err == nil {
		t.Error("there was no error")
	}
}

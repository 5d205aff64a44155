package uplink_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

func TestWhatWaitsReachesThePlatformAndIsSettled(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.shelf.put(protocol.ID{1}, "registration", "early")
		w.carry()
		w.wait(5 * time.Second)
		if !w.desk.Reachable() {
			t.Error("platform not reachable")
		}
		start := time.Now()
		w.shelf.put(protocol.ID{2}, "registration", "envelope")
		if r, err := w.desk.Await(t.Context(), protocol.ID{2}); err != nil || r.Verdict != protocol.Accepted || time.Since(start) != 0 {
			t.Errorf("got %v, %v after %v", r.Verdict, err, time.Since(start))
		}
		w.shelf.put(protocol.ID{3}, "withdrawal", "forget")
		w.wait(time.Second)
		if got := w.shelf.verdicts(); len(got) != 3 || got[2] != protocol.Withdrawn {
			t.Errorf("settled %v", got)
		}
		jws, err := w.desk.QueryKey(t.Context(), []byte("query"))
		if err != nil || len(jws) == 0 {
			t.Errorf("key query: %v", err)
		}
	})
}

func TestOneBadItemHoldsUpNoOther(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		for n := byte(1); n <= 100; n++ {
			id := protocol.ID{n}
			w.shelf.put(id, "registration", "e")
			if n <= 70 { // more than one list holds, and more than go in parallel
				w.platform.on("/v1/registrations/"+id.String(), problem(500, ""))
			}
		}
		w.carry()
		w.wait(time.Minute)
		if got := len(w.shelf.verdicts()); got != 30 {
			t.Errorf("%d settled within a minute, want the 30 good ones", got)
		}
	})
}

func jose(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", protocol.MediaJOSE)
	w.Write(body)
}

func problem(status int, retryAfter string) func(http.ResponseWriter, []byte) {
	return func(w http.ResponseWriter, _ []byte) {
		w.Header().Set("Content-Type", protocol.MediaProblem)
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
		w.Write([]byte(`{"type":"about:blank","title":"No","status":500,"code":"not-now"}`))
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for _, status := range []int{429, 503} {
		inBubble(t, func(t *testing.T, w *world) {
			path := "/v1/registrations/" + protocol.ID{1}.String()
			w.shelf.put(protocol.ID{1}, "registration", "e")
			w.platform.on(path, problem(status, "90"))
			w.carry()
			w.wait(10 * time.Minute)
			tries := w.platform.times(path)
			for i := 1; i < len(tries); i++ {
				if gap := tries[i].Sub(tries[i-1]); gap < 90*time.Second {
					t.Errorf("%d: try %d came %v after the one before", status, i+1, gap)
				}
			}
			if len(tries) < 2 {
				t.Errorf("%d: %d tries in ten minutes", status, len(tries))
			}
		})
	}
}

func TestRepeatedFailuresBackOff(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		path := "/v1/registrations/" + protocol.ID{1}.String()
		w.shelf.put(protocol.ID{1}, "registration", "e")
		w.platform.on(path, problem(500, ""))
		w.carry()
		w.wait(24 * time.Hour)
		if n := len(w.platform.times(path)); n < 24*60/10 || n > 24*60 {
			t.Errorf("%d tries in a day, want one in 2½ minutes or so", n)
		}
	})
}

func TestPermanentRefusalIsReportedAndDoesNotSpin(t *testing.T) {
	for _, status := range []int{400, 404, 409, 410, 413, 415, 422} {
		inBubble(t, func(t *testing.T, w *world) {
			path := "/v1/registrations/" + protocol.ID{1}.String()
			w.shelf.put(protocol.ID{1}, "registration", "e")
			w.platform.on(path, problem(status, ""))
			w.carry()
			w.wait(10 * time.Minute)
			if n := len(w.platform.times(path)); n != 1 {
				t.Errorf("%d: %d tries in ten minutes, want 1", status, n)
			}
			_, refused := w.desk.Status()
			if len(refused) != 1 || refused[0].Status != status || refused[0].Code != "not-now" || !refused[0].Permanent {
				t.Errorf("%d: reported as %+v", status, refused)
			}
			if len(w.shelf.verdicts()) != 0 {
				t.Errorf("%d: an HTTP error settled it", status)
			}
		})
	}
}

func TestDeadLineIsToldAndItsEndToo(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.carry()
		w.wait(5 * time.Second)
		w.far.cutOff(&net.DNSError{Err: "no such host"})
		w.shelf.put(protocol.ID{1}, "registration", "e")
		if _, err := w.desk.QueryKey(t.Context(), []byte("q")); !errors.Is(err, uplink.ErrUnreachable) {
			t.Errorf("key query over a dead line: %v", err)
		}
		w.wait(3 * time.Second)
		if link, _ := w.desk.Status(); link.Reachable || link.Cause != "dns" {
			t.Errorf("link is %+v, want unreachable for dns", link)
		}
		if _, words := w.desk.Status(); len(words) > 1 {
			t.Errorf("in trouble are %+v", words)
		}
		for _, test := range []struct{ outage, notice time.Duration }{
			{time.Minute, 35 * time.Second}, {time.Hour, time.Hour / 16}, {12 * time.Hour, 5 * time.Minute},
		} {
			outage, notice := test.outage, test.notice
			w.shelf.put(protocol.NewID(), "registration", "e")
			w.wait(outage)
			w.far.cutOff(nil)
			waited := w.untilReachable()
			if waited > notice+6*time.Second {
				t.Errorf("after %v: noticed only after %v that the platform is back", outage, waited)
			}
			longest := outage + waited + 6*time.Minute + 10*time.Second // the line was cut before the item came
			w.wait(min(longest/8, 15*time.Minute) + 4*time.Second)
			if left := w.shelf.left(); left != 0 {
				t.Errorf("after %v: %d that waited were not sent when the platform came back", outage, left)
			}
			w.far.cutOff(&net.DNSError{Err: "no such host"})
			w.wait(6 * time.Minute)
		}
	})
}

// untilReachable tells how long it took.
func (w *world) untilReachable() time.Duration {
	start := time.Now()
	for !w.desk.Reachable() && time.Since(start) < time.Hour {
		w.wait(time.Second)
	}
	return time.Since(start)
}

// slowDesk is a way to the Desk on which requests of one path take their time.
type slowDesk struct {
	http.RoundTripper
	path  string
	after time.Duration
}

func (s slowDesk) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, s.path) {
		select {
		case <-time.After(s.after):
		case <-r.Context().Done():
			return nil, context.Cause(r.Context())
		}
	}
	return s.RoundTripper.RoundTrip(r)
}

// A machine with much to do has slow sockets, too.
func TestWhoeverWaitsIsToldHoweverSlowTheMachineIs(t *testing.T) {
	for path, after := range map[string]time.Duration{"/outbox/key-query/": time.Minute, "/answers": 4 * time.Second} {
		inBubble(t, func(t *testing.T, w *world) {
			w.carrier.Desk.Transport = slowDesk{w.carrier.Desk.Transport, path, after}
			w.platform.answers["/v1/registration-keys/query"] = func(to http.ResponseWriter, body []byte) {
				time.Sleep(6 * time.Second)
				jose(to, w.platform.keyAnswer(body))
			}
			w.carry()
			w.wait(10 * time.Second)
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			w.desk.QueryKey(ctx, []byte("q"))
			if waited := time.Since(start); waited > 13*time.Second {
				t.Errorf("%s slow: told after %v", path, waited)
			}
		})
	}
}

// lateDesk is a way to the Desk on which the answer to a receipt comes late: the Desk
// has listed the item no more by then.
type lateDesk struct{ http.RoundTripper }

func (l lateDesk) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != "/receipts" {
		return l.RoundTripper.RoundTrip(r)
	}
	response, err := l.RoundTripper.RoundTrip(r.WithContext(context.WithoutCancel(r.Context())))
	select {
	case <-time.After(time.Second):
		return response, err
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
}

// What was settled is remembered by nobody: a terminal that serves for months would
// remember each of its citizens' items.
func TestItemThatIsSettledIsForgotten(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.carrier.Desk.Transport = lateDesk{w.carrier.Desk.Transport}
		w.carry()
		for i := range 10 {
			w.shelf.put(protocol.ID{1, byte(i)}, "registration", "e")
			w.wait(5 * time.Second)
		}
		w.wait(time.Minute)
		if left := w.shelf.left(); left != 0 {
			t.Fatalf("%d of 10 are not settled", left)
		}
		if n := uplink.Remembered(w.carrier); n != 0 {
			t.Errorf("%d of 10 that were settled are remembered", n)
		}
	})
}

func TestWhoeverAsksInVainHasThePlatformLookedFor(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.far.cutOff(&net.DNSError{Err: "no such host"})
		w.carry()
		w.wait(24 * time.Hour)
		w.far.cutOff(nil)
		for range 2 {
			if _, err := w.desk.QueryKey(t.Context(), []byte("q")); err == nil {
				return // it was noticed just now
			}
			w.wait(7 * time.Second)
			if w.desk.Reachable() {
				return
			}
		}
		t.Error("asked for twice, and the platform is still not noticed")
	})
}

func TestLyingPlatformSettlesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		id, liar := protocol.ID{1}, newPlatform()
		path := "/v1/registrations/" + id.String()
		w.shelf.put(id, "registration", "e")
		w.platform.on(path, func(rw http.ResponseWriter, body []byte) { jose(rw, liar.receipt(id, body, protocol.Accepted)) })
		w.platform.on("/v1/registration-keys/query", func(rw http.ResponseWriter, body []byte) { jose(rw, liar.keyAnswer(body)) })
		w.carry()
		w.wait(time.Hour)
		if got := w.shelf.verdicts(); len(got) != 0 {
			t.Errorf("settled %v", got)
		}
		if n := len(w.platform.times(path)); n > 120 {
			t.Errorf("%d tries in an hour", n)
		}
	})
}

func TestWithdrawalStopsTheEnvelopeOnItsWay(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		id := protocol.ID{1}
		path := "/v1/registrations/" + id.String()
		w.shelf.put(id, "registration", "e")
		w.platform.on(path, problem(500, ""))
		w.carry()
		w.wait(time.Minute)
		w.shelf.put(id, "withdrawal", "forget")
		w.wait(time.Second)
		tried := len(w.platform.times(path))
		w.wait(time.Hour)
		if got := len(w.platform.times(path)); got != tried {
			t.Errorf("the envelope was sent %d times after its withdrawal", got-tried)
		}
		if got := w.shelf.verdicts(); len(got) != 1 || got[0] != protocol.Withdrawn {
			t.Errorf("settled %v, want the withdrawal", got)
		}
	})
}

func TestHeartbeatIsCarriedEachMinute(t *testing.T) {
	inBubbleWith(t, withBeats, func(t *testing.T, w *world) {
		w.carry()
		w.wait(10 * time.Second) // the link comes up, and what met it on its way is made again
		if n := len(w.platform.times("/v1/heartbeats")); n != 1 {
			t.Errorf("%d heartbeats at first contact, want 1", n)
		}
		w.wait(10 * time.Minute)
		if n := len(w.platform.times("/v1/heartbeats")); n < 9 || n > 13 {
			t.Errorf("%d heartbeats after ten minutes more, want one a minute or so", n)
		}
	})
}

func withBeats(c *uplink.DeskConfig) {
	c.Heartbeat = func() ([]byte, error) { return []byte("beat"), nil }
}

func TestHeartbeatThatNobodyAnsweredIsSoonMadeAgain(t *testing.T) {
	const path = "/v1/heartbeats"
	for name, test := range map[string]struct {
		answer      func(http.ResponseWriter, []byte)
		least, most int // in the first ten seconds
	}{
		"hung up on":      {func(http.ResponseWriter, []byte) { panic(http.ErrAbortHandler) }, 2, 8},
		"answered no":     {problem(http.StatusForbidden, ""), 1, 1},
		"told to be late": {problem(http.StatusTooManyRequests, "30"), 1, 1},
	} {
		inBubbleWith(t, withBeats, func(t *testing.T, w *world) {
			w.platform.on(path, test.answer)
			w.carry()
			w.wait(10 * time.Second)
			if n := len(w.platform.times(path)); n < test.least || n > test.most {
				t.Errorf("%s: %d heartbeats in ten seconds, want %d to %d", name, n, test.least, test.most)
			}
			w.wait(time.Hour)
			if n := len(w.platform.times(path)); n > 80 {
				t.Errorf("%s: %d heartbeats in an hour, want one a minute or so", name, n)
			}
		})
	}
}

func TestBundleIsBroughtOnceForEachVersion(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.platform.on("/v1/bundle", func(rw http.ResponseWriter, _ []byte) {
			rw.Header().Set("ETag", `"7"`)
			jose(rw, []byte("bundle 7"))
		})
		w.carry()
		w.wait(5 * time.Second)
		if len(w.bundles) != 1 {
			t.Fatalf("%d bundles were brought, want 1", len(w.bundles))
		}
		if got := string(<-w.bundles); got != "bundle 7" {
			t.Errorf("got %q", got)
		}
	})
}

func TestRetryAfterInBothForms(t *testing.T) {
	now := moment()
	tests := map[string]time.Duration{
		"":                              0,
		"0":                             0,
		"1":                             time.Second,
		"86400":                         24 * time.Hour,
		"86401":                         24 * time.Hour,
		"9223372036854775807":           24 * time.Hour,
		"99999999999999999999999999999": 0,
		"-5":                            0,
		"soon":                          0,
		"1.5":                           0,
		"Wed, 01 Apr 2026 09:02:00 GMT": 2 * time.Minute,
		"Wed, 01 Apr 2026 08:00:00 GMT": 0,
		"Fri, 01 Apr 2050 08:00:00 GMT": 24 * time.Hour,
	}
	for value, want := range tests {
		if got := uplink.RetryAfter(value, now); got != want {
			t.Errorf("Retry-After %q is %v, want %v", value, got, want)
		}
	}
}

func TestWaitsGrowAndStayBounded(t *testing.T) {
	for try := range 70 {
		if wait, _ := uplink.Wait(false, try); wait <= 0 || time.Duration(wait) > 5*time.Minute+time.Millisecond {
			t.Errorf("try %d: wait %v", try, time.Duration(wait))
		}
		if wait, most := uplink.Wait(true, try); time.Duration(wait) < 10*time.Minute || wait > most+int64(time.Millisecond) {
			t.Errorf("permanent, try %d: wait %v", try, time.Duration(wait))
		}
	}
}

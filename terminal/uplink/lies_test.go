package uplink_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// A process in uplinkd's place that holds true receipts, its own lies, and no
// scruples. What it may do is not deliver; afterwards an honest one delivers.
func TestMaliciousCarrierSettlesAndLosesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		random, liar := rand.New(rand.NewPCG(1, 1)), newPlatform()
		var ids []protocol.ID
		for n := range 20 {
			id := protocol.ID{byte(n + 1)}
			ids = append(ids, id)
			w.shelf.put(id, "registration", "old "+id.String())
		}
		olds := map[protocol.ID]string{}
		for _, id := range ids { // true receipts, for bodies that a withdrawal has replaced
			olds[id] = string(w.platform.receipt(id, []byte("old "+id.String()), protocol.Accepted))
			w.shelf.put(id, "withdrawal", "new "+id.String())
		}
		kinds := []string{"registration", "withdrawal", "key-query", "heartbeat", "nonsense"}
		for range 3000 {
			id, kind := ids[random.IntN(len(ids))], kinds[random.IntN(len(kinds))]
			forged := string(liar.receipt(id, []byte("new "+id.String()), protocol.Withdrawn))
			switch random.IntN(5) {
			case 0:
				w.postReceipt(id, kind, olds[id])
			case 1:
				w.postReceipt(id, kind, olds[ids[random.IntN(len(ids))]])
			case 2:
				w.postReceipt(id, kind, forged)
			case 3:
				w.postAnswer(id.String(), kind, forged)
			case 4:
				w.call("POST", "/refusals", refusalOf(id, kind, 413))
			}
		}
		if len(w.shelf.verdicts()) != 0 || w.shelf.left() != len(ids) || len(w.shelf.aside) != 0 {
			t.Fatalf("settled %v, %d of %d left, %d put aside", w.shelf.verdicts(), w.shelf.left(), len(ids), len(w.shelf.aside))
		}
		w.carry()
		w.wait(time.Minute)
		if got := len(w.shelf.verdicts()); got != len(ids) || w.shelf.left() != 0 {
			t.Errorf("an honest carrier settled %d of %d", got, len(ids))
		}
	})
}

func refusalOf(id protocol.ID, kind string, status int) string {
	raw, _ := json.Marshal(map[string]any{"id": id, "kind": kind, "status": status, "code": "too-large", "permanent": true})
	return string(raw)
}

// One item that the platform cannot stomach, in each way it may show that.
func TestOnePoisonAmongAThousandHoldsUpNobody(t *testing.T) {
	poisons := map[string]func(http.ResponseWriter, []byte){
		"413": problem(413, ""), "500": problem(500, ""), "503": problem(503, "3600"), "429": problem(429, "86400"),
		"silence": nil,
		"nonsense": func(w http.ResponseWriter, _ []byte) {
			jose(w, []byte("a.b.c"))
		},
		"crash": func(http.ResponseWriter, []byte) { panic(http.ErrAbortHandler) },
	}
	for name, poison := range poisons {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				over := make(chan struct{})
				defer close(over)
				if poison == nil {
					poison = func(http.ResponseWriter, []byte) { <-over }
				}
				for n := range 1000 {
					w.shelf.put(protocol.ID{1, byte(n >> 8), byte(n)}, "registration", "e")
				}
				w.platform.on("/v1/registrations/"+protocol.ID{1}.String(), poison)
				w.carry()
				w.wait(40 * time.Second)
				if got := len(w.shelf.verdicts()); got != 999 {
					t.Errorf("%d of 999 settled after 40 s", got)
				}
			})
		})
	}
}

func TestWhatIsRefusedForGoodGoesToQuarantineWithItsReason(t *testing.T) {
	for name, test := range map[string]struct {
		asking bool // citizens ask about keys meanwhile: the platform proves itself
		within time.Duration
	}{
		"a platform that proves itself": {true, 8 * time.Hour},
		"a platform that is not heard":  {false, 30 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				id := protocol.ID{1}
				path := "/v1/registrations/" + id.String()
				w.shelf.put(id, "registration", "e")
				w.platform.on(path, problem(413, ""))
				w.carry()
				start := time.Now()
				for len(w.shelf.aside) == 0 && time.Since(start) < test.within {
					w.wait(30 * time.Minute)
					if test.asking {
						w.desk.QueryKey(t.Context(), []byte("q"))
					}
				}
				tries := len(w.platform.times(path))
				if w.shelf.aside[id] != "not-now" || tries < 5 || !test.asking && time.Since(start) < 24*time.Hour {
					t.Errorf("reason %q after %d tries and %v", w.shelf.aside[id], tries, time.Since(start))
				}
				link, refused := w.desk.Status()
				if link.Quarantined != 1 || len(refused) != 0 || len(w.shelf.verdicts()) != 0 {
					t.Errorf("told %+v, %+v, settled %v", link, refused, w.shelf.verdicts())
				}
				w.wait(3 * time.Hour)
				if again := len(w.platform.times(path)); again != tries {
					t.Errorf("sent %d times from quarantine", again-tries)
				}
				w.platform.on(path, nil)
				w.shelf.Release(id)
				start = time.Now() // uplinkd would try again in hours; somebody waits
				if r, err := w.desk.Await(t.Context(), id); err != nil || r.Verdict != protocol.Accepted || time.Since(start) > time.Second {
					t.Errorf("what was released: %v, %v after %v", r.Verdict, err, time.Since(start))
				}
			})
		})
	}
}

func TestFloodOfRefusalsCountsAsOne(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		id := protocol.ID{1}
		w.shelf.put(id, "registration", "e")
		for range 50 {
			w.wait(time.Minute / 2)
			w.call("POST", "/refusals", refusalOf(id, "registration", 413))
		}
		if len(w.shelf.aside) != 0 {
			t.Error("fifty refusals within half an hour put an item aside")
		}
		for _, status := range []int{-1, 1, 99, 600} {
			if got, _, _ := w.call("POST", "/refusals", refusalOf(id, "registration", status)); got != http.StatusUnprocessableEntity {
				t.Errorf("status %d is taken: %d", status, got)
			}
		}
	})
}

// Somebody stands there: their registration passes the backlog, and a strained
// platform is asked for it all the same.
func TestWhoeverWaitsPassesTheBacklog(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		for n := range 500 {
			id := protocol.ID{1, byte(n >> 8), byte(n)}
			w.shelf.put(id, "registration", "e")
			w.platform.on("/v1/registrations/"+id.String(), problem(503, "600"))
		}
		w.carry()
		w.wait(20 * time.Minute)
		mine := protocol.ID{9}
		w.shelf.put(mine, "registration", "mine")
		start := time.Now()
		if r, err := w.desk.Await(t.Context(), mine); err != nil || r.Verdict != protocol.Accepted || time.Since(start) > time.Second {
			t.Errorf("got %v, %v after %v", r.Verdict, err, time.Since(start))
		}
		start = time.Now()
		if _, err := w.desk.QueryKey(t.Context(), []byte("q")); err != nil || time.Since(start) > time.Second {
			t.Errorf("a key query: %v after %v", err, time.Since(start))
		}
	})
}

// While a backlog is on its way, as many at once as go, whoever stands there waits
// for one way to the platform and back, and for no item of it.
func TestWhoeverWaitsPassesABacklogThatIsOnItsWay(t *testing.T) {
	const far, backlog = time.Second, 3000 // the platform's time for each; and how many wait
	inBubble(t, func(t *testing.T, w *world) {
		for n := range backlog {
			id := protocol.ID{1, byte(n >> 8), byte(n)}
			w.shelf.put(id, "registration", "e")
			path := "/v1/registrations/" + id.String()
			w.platform.on(path, func(rw http.ResponseWriter, body []byte) { time.Sleep(far); w.platform.usual(path)(rw, body) })
		}
		w.carry()
		w.wait(time.Minute)
		for n := range byte(5) {
			mine, before := protocol.ID{9, n}, w.shelf.left()
			w.shelf.put(mine, "registration", "mine")
			path, start := "/v1/registrations/"+mine.String(), time.Now()
			w.platform.on(path, func(rw http.ResponseWriter, body []byte) { time.Sleep(far); w.platform.usual(path)(rw, body) })
			if r, err := w.desk.Await(t.Context(), mine); err != nil || r.Verdict != protocol.Accepted || time.Since(start) > far+100*time.Millisecond {
				t.Errorf("with %d before it: got %v, %v after %v", before, r.Verdict, err, time.Since(start))
			}
			if before < 1000 {
				t.Fatalf("only %d wait: that is no backlog", before)
			}
			w.wait(10 * time.Second)
		}
		if went := backlog - w.shelf.left(); went < 500 {
			t.Errorf("%d of the backlog went in two minutes, want it on its way", went)
		}
		w.far.cutOff(errors.New("the end of the day")) // what is under way ends before the bubble does
		w.wait(2 * far)
	})
}

// A platform that says to all that it is too much is left alone by the whole
// terminal, not only by each item.
func TestStrainedPlatformIsGivenTime(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		asked := 0
		for n := range 200 {
			id := protocol.ID{1, byte(n >> 8), byte(n)}
			w.shelf.put(id, "registration", "e")
			w.platform.on("/v1/registrations/"+id.String(), problem(429, "60"))
		}
		w.carry()
		w.wait(time.Hour)
		for n := range 200 {
			asked += len(w.platform.times("/v1/registrations/" + protocol.ID{1, byte(n >> 8), byte(n)}.String()))
		}
		if asked > 80 || asked < 8 {
			t.Errorf("asked %d times in an hour, with a Retry-After of a minute", asked)
		}
	})
}

// Only one of a kind ever waits long: weeks in which nothing could be sent end
// with everything sent, once.
func TestTerminalThatWasOffForWeeksSendsEverythingOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		const many = 300
		for n := range many {
			w.shelf.put(protocol.ID{1, byte(n >> 8), byte(n)}, "registration", fmt.Sprint("weeks old ", n))
		}
		time.Sleep(6 * 7 * 24 * time.Hour) // nobody runs
		w.carry()
		w.wait(time.Minute)
		if got := len(w.shelf.verdicts()); got != many || w.shelf.left() != 0 {
			t.Errorf("%d of %d settled, %d left", got, many, w.shelf.left())
		}
	})
}

func TestSuspendedTerminalIsToldSo(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.platform.on("/v1/bundle", func(rw http.ResponseWriter, _ []byte) {
			rw.WriteHeader(http.StatusForbidden)
			rw.Write([]byte(`{"type":"about:blank","title":"Forbidden","status":403,"code":"terminal-suspended"}`))
		})
		w.shelf.put(protocol.ID{1}, "registration", "e")
		w.carry()
		w.wait(5 * time.Second)
		link, _ := w.desk.Status()
		if link.Cause != protocol.CodeSuspended || !strings.Contains(link.Words, "suspended") || !link.Reachable {
			t.Errorf("told %+v", link)
		}
		if len(w.shelf.verdicts()) != 1 {
			t.Error("what was sealed before is not sent")
		}
		if uplink.Explain("http-503") == uplink.Explain("http-502") {
			t.Error("the status is not told")
		}
	})
}

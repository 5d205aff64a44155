package conformance_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/conformance"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// violation is a platform that breaks one promise, in one way.
type violation struct {
	promise string
	how     string
	tell    func(x *exchange)
	with    string // a promise to ask first, for those that look back on a run
}

// violations are at least one of each promise.
func violations() []violation {
	return slices.Concat(doorViolations(), keyViolations(), registrationViolations(), refusalViolations(), withdrawalViolations(), activationViolations(), standingViolations(), strictViolations(), boundViolations())
}

func doorViolations() []violation {
	return []violation{
		{"health", "nobody is well", func(x *exchange) {
			x.on(protocol.PathHealth, func() { x.refuses(503, protocol.CodeUnavailable); x.header.Set("Retry-After", "3600") })
		}, ""},
		{"bundle-signed", "the version is not looked at", func(x *exchange) { x.Header.Del("If-None-Match"); x.on(protocol.PathBundle, x.pass) }, ""},
		{"no-certificate-no-entry", "anybody gets the bundle", func(x *exchange) {
			if x.to(protocol.PathBundle) {
				x.borrows()
			}
		}, ""},
		{"no-certificate-no-entry", "anybody may deliver", func(x *exchange) {
			if !x.strange() && x.to(protocol.PathRegistrations) {
				x.gives(protocol.Received)
			}
		}, ""},
		{"strange-certificate-no-entry", "any certificate will do", func(x *exchange) {
			if x.strange() {
				x.borrows()
			}
		}, ""},
		{"authority-is-shown", "somebody else's authority", func(x *exchange) {
			x.on(protocol.PathESTCAs, func() { x.header.Set("Content-Type", "application/pkcs7-mime"); x.body = []byte("bm9uZQ==") })
		}, ""},
		{"enrolment-needs-secret", "any secret will do", enrolsAnybody, ""},
		{"token-serves-once", "a token serves again", enrolsAnybody, ""},
		{"heartbeat-noted", "everything is noted", func(x *exchange) {
			x.on(protocol.PathHeartbeats, func() { x.status, x.body, x.header = http.StatusNoContent, nil, nil })
		}, ""},
		{"heartbeat-noted", "nothing is noted", func(x *exchange) { x.on(protocol.PathHeartbeats, func() { x.refuses(400, protocol.CodeMalformed) }) }, ""},
	}
}

// on does something to the answers of one path.
func (x *exchange) on(path string, do func()) {
	if x.to(path) {
		do()
	}
}

// instead does something where the platform answered with a status.
func (x *exchange) instead(path string, status int, do func()) {
	if x.to(path) && x.status == status {
		do()
	}
}

func enrolsAnybody(x *exchange) {
	x.instead(protocol.PathESTEnroll, http.StatusUnauthorized, func() {
		x.Method, x.URL.Path, x.sent = http.MethodGet, protocol.PathESTCAs, nil
		x.pass()
	})
}

func keyViolations() []violation {
	return []violation{
		{"nonce-is-new", "one nonce for all", func(x *exchange) { x.on(protocol.PathNonce, func() { x.repeats("nonce") }) }, ""},
		{"nonce-serves-once", "the same request is answered again", func(x *exchange) { x.on(protocol.PathKeys, x.recalls) }, ""},
		{"nonce-is-its-own", "any nonce will do", issuesAnyway, ""},
		{"key-is-issued", "one key for all", func(x *exchange) { x.on(protocol.PathKeys, func() { x.repeats("key") }) }, ""},
		{"key-is-issued", "wrong check digits", func(x *exchange) {
			x.on(protocol.PathKeys, func() { x.body = bytes.Replace(x.body, []byte(`_key":"`), []byte(`_key":"0`), 1) })
		}, ""},
		{"key-needs-possession", "the signature is not looked at", issuesAnyway, ""},
		{"query-tells-open-and-unknown", "other pictures than the app's", func(x *exchange) { x.answers(protocol.KeyOpen) }, ""},
		{"query-tells-open-and-unknown", "no key is known", func(x *exchange) { x.answers(protocol.KeyUnknown) }, ""},
		{"query-tells-expired", "it is like one that never was", func(x *exchange) { x.answers(protocol.KeyUnknown) }, ""},
		{"query-answer-names-question", "one answer for all", func(x *exchange) { x.on(protocol.PathKeyQuery, func() { x.repeats("answer") }) }, ""},
		{"query-answer-names-question", "a signature with a changed byte", func(x *exchange) {
			x.instead(protocol.PathKeyQuery, http.StatusOK, func() { x.body[bytes.LastIndexByte(x.body, '.')+1] ^= 3 })
		}, ""},
		{"query-needs-terminal", "whoever asks is answered", func(x *exchange) { x.answers(protocol.KeyUnknown) }, ""},
	}
}

func issuesAnyway(x *exchange) { x.instead(protocol.PathKeys, http.StatusBadRequest, x.issues) }

// answers every question about a key like that.
func (x *exchange) answers(v protocol.KeyVerdict) {
	if !x.to(protocol.PathKeyQuery) {
		return
	}
	said := protocol.KeyAnswer{QuerySHA256: protocol.SHA256(x.sent), Verdict: v, Time: now()}
	if v == protocol.KeyOpen {
		said.Pictures = protocol.MatchPictures{"sun", "sun"} // an app gets two different ones
	}
	x.signs(protocol.SignKeyAnswer(said, x.key()))
}

func registrationViolations() []violation {
	const path = protocol.PathRegistrations
	return []violation{
		{"receipt-names-body", "one receipt for all", func(x *exchange) { x.on(path, func() { x.repeats("receipt") }) }, ""},
		{"receipt-names-body", "another body", func(x *exchange) { x.rewrites(func(r *protocol.Receipt) { r.BodySHA256[0] ^= 1 }) }, ""},
		{"receipt-names-body", "another id", func(x *exchange) { x.rewrites(func(r *protocol.Receipt) { r.ID[0] ^= 1 }) }, ""},
		{"receipt-names-body", "a key that nobody knows", func(x *exchange) {
			if r, is := x.receipt(); is {
				x.signs(protocol.SignReceipt(r, protocol.NewPrivateKey()))
			}
		}, ""},
		{"replay-same-receipt", "a new receipt each time", newReceipts, ""},
		{"conflict-refused", "the second body is taken", func(x *exchange) { x.instead(path, http.StatusConflict, func() { x.gives(protocol.Accepted) }) }, ""},
		{"conflict-refused", "the second body replaces the first", func(x *exchange) {
			x.on(path, func() { x.count++ })
			if x.count > 2 {
				newReceipts(x)
			}
		}, ""},
		{"at-once-one-registration", "a new receipt each time", newReceipts, ""},
		{"stranger-takes-no-id", "an id is taken by whatever comes first", func(x *exchange) {
			x.on(path, func() {
				if _, taken := x.kept[x.URL.Path]; taken {
					x.refuses(http.StatusConflict, protocol.CodeConflict)
				}
				x.kept[x.URL.Path] = nil
			})
		}, ""},
		{"carried-by-another", "whoever carries it", func(x *exchange) { x.instead(path, http.StatusForbidden, func() { x.gives(protocol.Accepted) }) }, ""},
	}
}

func newReceipts(x *exchange) { x.rewrites(func(r *protocol.Receipt) { r.Time = x.later() }) }

// refusalViolations take in whatever comes.
func refusalViolations() (all []violation) {
	for _, p := range conformance.Promises() {
		if strings.HasPrefix(p.Name, "refuses-") {
			all = append(all, violation{p.Name, "everything is accepted", func(x *exchange) {
				x.rewrites(func(r *protocol.Receipt) { r.Verdict, r.Reason = protocol.Accepted, "" })
			}, ""}, violation{p.Name, "another reason", func(x *exchange) {
				x.rewrites(func(r *protocol.Receipt) {
					if r.Verdict == protocol.Refused {
						r.Reason = protocol.ReasonConsentUnknown
					}
				})
			}, ""})
		}
	}
	return append(all, violation{"refused-never-activates", "everything is bound", bindsAnyway, ""})
}

func bindsAnyway(x *exchange) {
	if x.to(protocol.PathActivations) && x.status >= http.StatusBadRequest {
		x.activates(protocol.Bound)
	}
}

func withdrawalViolations() []violation {
	const path = protocol.PathWithdrawals
	anyway := func(x *exchange) {
		if x.to(path) && x.status >= http.StatusBadRequest {
			x.gives(protocol.Withdrawn)
		}
	}
	return []violation{
		{"withdrawal-buries", "the code lives on", func(x *exchange) {
			x.on(protocol.PathActivations, func() { x.activates(protocol.Confirm) })
		}, ""},
		{"withdrawal-buries", "everything is too late", func(x *exchange) {
			x.on(path, func() { x.rewrites(func(r *protocol.Receipt) { r.Verdict = protocol.Activated }) })
		}, ""},
		{"withdrawal-before-registration", "there is no tombstone", func(x *exchange) {
			x.on(protocol.PathRegistrations, func() { x.rewrites(func(r *protocol.Receipt) { r.Verdict, r.Reason = protocol.Accepted, "" }) })
		}, ""},
		{"withdrawal-replay-same-receipt", "a new receipt each time", newReceipts, ""},
		{"withdrawal-replay-same-receipt", "another one is taken as well", anyway, ""},
		{"withdrawal-after-activation", "the activation is forgotten", func(x *exchange) {
			x.on(path, func() { x.rewrites(func(r *protocol.Receipt) { r.Verdict = protocol.Withdrawn }) })
		}, ""},
		{"withdrawal-after-activation", "the key is open again", func(x *exchange) { x.answers(protocol.KeyUnknown) }, ""},
		{"withdrawal-needs-signature", "anybody withdraws", anyway, ""},
		{"withdrawal-of-another", "any terminal withdraws", anyway, ""},
	}
}

func activationViolations() []violation {
	const path = protocol.PathActivations
	return []violation{
		{"activation-asks-first", "bound without being asked", func(x *exchange) {
			x.on(path, func() { x.body = bytes.Replace(x.body, []byte(`"confirm"`), []byte(`"bound"`), 1) })
		}, ""},
		{"activation-asks-first", "another name", func(x *exchange) { x.on(path, func() { x.activates(protocol.Confirm) }) }, ""},
		{"activation-binds-once", "a code binds again", bindsAnyway, ""},
		{"activation-at-once-binds-once", "a code binds again", bindsAnyway, ""},
		{"activation-at-once-binds-once", "nobody is bound", func(x *exchange) { x.on(path, func() { x.refuses(http.StatusGone, protocol.CodeAlreadyBound) }) }, ""},
		{"activation-not-repeated", "the same request is answered again", func(x *exchange) { x.on(path, x.recalls) }, ""},
		{"activation-needs-signature", "who signed is not looked at", bindsAnyway, ""},
		{"wrong-code-like-wrong-key", "the detail tells which", func(x *exchange) {
			x.instead(path, http.StatusNotFound, func() {
				x.count++
				p := protocol.NewProblem(http.StatusNotFound, protocol.CodeWrong, strings.Repeat("!", x.count))
				x.says(p.Status, p)
				x.header.Set("Content-Type", protocol.MediaProblem)
			})
		}, ""},
		{"wrong-code-like-wrong-key", "the status tells which", func(x *exchange) {
			x.instead(path, http.StatusNotFound, func() {
				if x.count++; x.count > 1 {
					x.refuses(http.StatusGone, protocol.CodeWrong)
				}
			})
		}, ""},
		{"five-tries", "as many as you like", func(x *exchange) { x.instead(path, http.StatusGone, func() { x.activates(protocol.Bound) }) }, ""},
		{"five-tries", "three tries", func(x *exchange) {
			x.instead(path, http.StatusNotFound, func() { x.count++ })
			x.instead(path, http.StatusOK, func() {
				if x.count >= 3 {
					x.refuses(http.StatusGone, protocol.CodeTriesSpent)
				}
			})
		}, ""},
		{"another-app-counts-nothing", "wrong like any other", func(x *exchange) {
			x.instead(path, http.StatusForbidden, func() { x.refuses(http.StatusNotFound, protocol.CodeWrong) })
		}, ""},
		{"another-app-counts-nothing", "its tries count", func(x *exchange) {
			x.instead(path, http.StatusForbidden, func() { x.count++ })
			x.instead(path, http.StatusOK, func() {
				if x.count >= 5 {
					x.refuses(http.StatusGone, protocol.CodeTriesSpent)
				}
			})
		}, ""},
		{"pending-counts-nothing", "what is not there is wrong", func(x *exchange) {
			x.instead(path, http.StatusOK, func() {
				if bytes.Contains(x.body, []byte(`"pending"`)) {
					x.refuses(http.StatusNotFound, protocol.CodeWrong)
				}
			})
		}, ""},
	}
}

func standingViolations() []violation {
	const path = protocol.PathStanding
	return []violation{
		{"standing-is-told", "whoever asks stands", func(x *exchange) { x.on(path, func() { x.activates(protocol.Bound) }) }, ""},
		{"standing-is-told", "nobody ever stood", func(x *exchange) { x.on(path, func() { x.refuses(http.StatusNotFound, protocol.CodeNotFound) }) }, ""},
		{"standing-is-told", "the first app stands for ever", func(x *exchange) { x.instead(path, http.StatusGone, func() { x.activates(protocol.Bound) }) }, ""},
		{"standing-needs-nonce", "the same request is answered again", func(x *exchange) {
			x.instead(path, http.StatusBadRequest, func() { x.refuses(http.StatusNotFound, protocol.CodeNotFound) })
		}, ""},
	}
}

func strictViolations() []violation {
	taken := func(x *exchange) {
		if x.to(protocol.PathWithdrawals) && x.status >= http.StatusBadRequest {
			x.gives(protocol.Withdrawn)
		}
	}
	nothing := func(x *exchange) {
		x.on(protocol.PathKeys, func() { x.refuses(http.StatusBadRequest, protocol.CodeMalformed) })
	}
	return []violation{
		{"json-is-strict", "an app may write what it likes", issuesAnyway, ""},
		{"json-is-strict", "a terminal may write what it likes", taken, ""},
		{"json-is-strict", "nothing is ever taken", nothing, ""},
		{"jws-header-is-strict", "an app may sign as it likes", issuesAnyway, ""},
		{"jws-header-is-strict", "a terminal may sign as it likes", taken, ""},
		{"jws-header-is-strict", "nothing is ever taken", nothing, ""},
	}
}

func boundViolations() []violation {
	without := func(status int) func(x *exchange) {
		return func(x *exchange) {
			if x.status == status {
				x.refuses(http.StatusBadRequest, protocol.CodeMalformed)
			}
		}
	}
	return []violation{
		{"too-large", "anything is read", without(http.StatusRequestEntityTooLarge), ""},
		{"media-type", "the media type is not looked at", without(http.StatusUnsupportedMediaType), ""},
		{"nothing-elsewhere", "a page for everybody", func(x *exchange) { x.on("/elsewhere", func() { x.says(http.StatusOK, struct{}{}) }) }, ""},
		{"later-says-when", "no Retry-After", func(x *exchange) { x.header.Del("Retry-After") }, ""},
		{"later-says-when", "a Retry-After in words", func(x *exchange) {
			if x.header.Get("Retry-After") != "" {
				x.header.Set("Retry-After", "soon")
			}
		}, ""},
		{"problems-as-described", "errors in plain text", func(x *exchange) {
			if x.status >= http.StatusBadRequest {
				x.header.Set("Content-Type", "text/plain")
			}
		}, "too-large"},
		{"problems-as-described", "an error without a title", func(x *exchange) { x.body = bytes.Replace(x.body, []byte(`"title"`), []byte(`"heading"`), 1) }, "too-large"},
		{"problems-as-described", "a status that is not listed", func(x *exchange) { x.instead(protocol.PathHealth, 200, func() { x.refuses(500, "") }) }, "health"},
		{"answers-as-described", "a member more", func(x *exchange) {
			x.instead(protocol.PathNonce, 200, func() { x.body = bytes.Replace(x.body, []byte(`{`), []byte(`{"more":1,`), 1) })
		}, "nonce-is-new"},
		{"answers-as-described", "another media type", func(x *exchange) {
			x.on(protocol.PathRegistrations, func() { x.header.Set("Content-Type", "application/json") })
		}, "receipt-names-body"},
		{"answers-as-described", "a success that is not listed", func(x *exchange) { x.instead(protocol.PathNonce, 200, func() { x.status = http.StatusCreated }) }, "nonce-is-new"},
	}
}

func TestEachBrokenPromiseIsCaughtByItsName(t *testing.T) {
	for _, v := range violations() {
		t.Run(v.promise+"/"+strings.ReplaceAll(v.how, " ", "-"), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, lying(t, v.tell))
			only := []string{v.promise}
			if v.with != "" {
				only = append(only, v.with)
			}
			w.subject.Patience = 1
			report := ok(conformance.Run(t.Context(), w.subject, only...))(t)
			last := report.Results[len(report.Results)-1]
			if last.Name != v.promise || last.Outcome != conformance.Broken || last.Why == "" {
				t.Errorf("%s: got %s %s, want it broken", last.Name, last.Outcome, last.Why)
			}
		})
	}
}

func TestEveryPromiseCanBeBroken(t *testing.T) {
	for _, p := range conformance.Promises() {
		if !slices.ContainsFunc(violations(), func(v violation) bool { return v.promise == p.Name }) {
			t.Errorf("nothing breaks %s", p.Name)
		}
	}
}

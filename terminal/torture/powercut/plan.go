package powercut

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Step is one call of the journal, which is legal where it stands.
type Step struct {
	Call string
	ID   protocol.ID
	Body []byte // that is committed, put in place, or answered
	More []Step // of callSeveral, and only of that
}

// The calls of a workload.
const (
	callCommit   = "commit"
	callBegin    = "begin"
	callDone     = "done"
	callUnknown  = "unknown"
	callWithdraw = "withdraw" // unasked
	callAsked    = "asked"
	callTamper   = "tamper"
	callClear    = "clear"
	callReopen   = "reopen"  // close, open, and recover as at a start
	callCompact  = "compact" // give disk back
	callLeave    = "leave"   // behind what a compaction has left that was cut off
	callHold     = "quarantine"
	callRelease  = "release"
	callAnswer   = "answer:" // and the verdict
	callSeveral  = "several" // answers in one call
)

// Fact is what must be known of one registration: the rules of the journal,
// written down a second time.
type Fact struct {
	Delivery, HandOver, Withdrawal, Answer string

	body    []byte
	waiting bool // for the platform, in the outbox or held back
	held    bool // in quarantine
}

// offered reports whether the code may be in a hand.
func (f Fact) offered() bool { return f.HandOver != "none" }

// withdrawable reports whether the terminal withdraws it after a restart, unasked.
func (f Fact) withdrawable() bool {
	return !f.offered() && f.Withdrawal == "standing" && f.Delivery != "refused"
}

// Knowledge is all that must be known after some steps.
type Knowledge struct {
	Facts    map[protocol.ID]Fact
	Tampered bool
}

func (k Knowledge) clone() Knowledge { return Knowledge{maps.Clone(k.Facts), k.Tampered} }

// Plan makes the steps of a workload, always the same from the same seed, and what
// must be known before the first and after each of them.
func Plan(seed uint64, steps int) ([]Step, []Knowledge) {
	p := planner{rand.New(rand.NewPCG(seed, 3)), Knowledge{Facts: map[protocol.ID]Fact{}}}
	known := []Knowledge{p.now.clone()}
	var all []Step
	for range steps {
		step := p.step()
		p.now.apply(step)
		all, known = append(all, step), append(known, p.now.clone())
	}
	return all, known
}

type planner struct {
	r   *rand.Rand
	now Knowledge
}

// step draws what a terminal might do next.
func (p *planner) step() Step {
	switch n := p.r.IntN(40); {
	case n == 0:
		return Step{Call: callReopen}
	case n == 1 && !p.now.Tampered:
		return Step{Call: callTamper}
	case n == 3:
		return Step{Call: callCompact}
	case n == 2 && p.now.Tampered:
		return Step{Call: callClear}
	case n < 12 || len(p.now.Facts) == 0:
		id := protocol.ID{byte(len(p.now.Facts) >> 8), byte(len(p.now.Facts)), byte(p.r.IntN(256)), 1}
		return Step{Call: callCommit, ID: id, Body: p.envelope()}
	case n < 15:
		if step := p.several(); len(step.More) > 0 {
			return step
		}
	}
	for range 50 { // most registrations are settled after a while
		if step, ok := p.of(p.pick()); ok {
			return step
		}
	}
	return Step{Call: callReopen}
}

// several answers what waits, most of it, in one call.
func (p *planner) several() Step {
	step := Step{Call: callSeveral}
	for _, id := range p.ids() {
		f := p.now.Facts[id]
		if !f.waiting || p.r.IntN(4) == 0 {
			continue
		}
		verdicts := []string{"received", "accepted", "refused"}
		if f.Withdrawal != "standing" {
			verdicts = []string{"withdrawn", "activated"}
		}
		step.More = append(step.More, Step{Call: callAnswer + verdicts[p.r.IntN(len(verdicts))], ID: id, Body: f.body})
	}
	return step
}

func (p *planner) ids() []protocol.ID {
	return slices.SortedFunc(maps.Keys(p.now.Facts), func(a, b protocol.ID) int { return slices.Compare(a[:], b[:]) })
}

func (p *planner) pick() protocol.ID {
	ids := p.ids()
	return ids[p.r.IntN(len(ids))]
}

// of is a legal call that changes one registration.
func (p *planner) of(id protocol.ID) (Step, bool) {
	f := p.now.Facts[id]
	var calls []string
	standing := f.Withdrawal == "standing"
	switch f.HandOver {
	case "none":
		if f.withdrawable() {
			calls = append(calls, callBegin, callBegin, callBegin, callWithdraw)
		}
	case "begun":
		calls = append(calls, callDone, callDone, callUnknown)
	case "unknown":
		calls = append(calls, callDone)
	}
	if standing && f.offered() && f.Delivery != "refused" {
		calls = append(calls, callAsked)
	}
	if f.waiting {
		calls = append(calls, map[bool]string{true: callRelease, false: callHold}[f.held])
	}
	switch {
	case !standing && f.Answer == "":
		calls = append(calls, callAnswer+"withdrawn", callAnswer+"activated")
	case standing && f.Delivery == "sealed":
		calls = append(calls, callAnswer+"received", callAnswer+"accepted", callAnswer+"refused")
	case standing && f.Delivery == "received":
		calls = append(calls, callAnswer+"accepted")
	}
	if len(calls) == 0 {
		return Step{}, false
	}
	step := Step{Call: calls[p.r.IntN(len(calls))], ID: id}
	switch {
	case step.Call == callWithdraw || step.Call == callAsked:
		step.Body = compact(`{"alg":"ES256"}`, p.content(300), "signature")
	case strings.HasPrefix(step.Call, callAnswer):
		step.Body = f.body
	}
	return step, true
}

// apply is what a step changes.
func (k *Knowledge) apply(s Step) {
	switch s.Call {
	case callTamper, callClear:
		k.Tampered = s.Call == callTamper
		return
	case callReopen:
		k.restart()
		return
	case callCompact, callLeave:
		return
	case callSeveral:
		for _, each := range s.More {
			k.apply(each)
		}
		return
	}
	f := k.Facts[s.ID]
	switch s.Call {
	case callCommit:
		f = Fact{Delivery: "sealed", HandOver: "none", Withdrawal: "standing", body: s.Body, waiting: true}
	case callBegin:
		f.HandOver = "begun"
	case callDone, callUnknown:
		f.HandOver = s.Call
	case callWithdraw:
		f.Withdrawal, f.body, f.waiting = "unasked", s.Body, true
		f.held = false
	case callAsked:
		f.Withdrawal, f.body, f.waiting = "asked", s.Body, true
		f.held = false
	case callHold, callRelease:
		f.held = s.Call == callHold
	default:
		f = f.answered(strings.TrimPrefix(s.Call, callAnswer))
	}
	k.Facts[s.ID] = f
}

func (f Fact) answered(verdict string) Fact {
	if f.waiting, f.held = false, false; f.Withdrawal != "standing" {
		f.Answer = verdict
	} else {
		f.Delivery = verdict
	}
	return f
}

// restart is what every start of the terminal does to hand-overs that had begun.
func (k *Knowledge) restart() {
	for id, f := range k.Facts {
		if f.HandOver == "begun" {
			f.HandOver = "unknown"
			k.Facts[id] = f
		}
	}
}

func (p *planner) envelope() []byte {
	size := 200 + p.r.IntN(1200)
	if p.r.IntN(6) == 0 {
		size = 3000 + p.r.IntN(12000) // of several pages, as with a photo
	}
	return compact(`{"alg":"ECDH-ES","enc":"A256GCM"}`, "", "iv", p.content(size), "tag")
}

func (p *planner) content(size int) string {
	return fmt.Sprintf("%0*d", size, p.r.Uint64())
}

// compact has the shape of a sealed envelope or a signed withdrawal.
func compact(parts ...string) []byte {
	for i, part := range parts {
		parts[i] = base64.RawURLEncoding.EncodeToString([]byte(part))
	}
	return []byte(strings.Join(parts, "."))
}

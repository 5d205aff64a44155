package uplink

import "time"

// The pure halves of the back-off, for tables.
var (
	RetryAfter = retryAfter
	Permanent  = permanent
	CauseOf    = causeOf
)

// Wait is the wait after a number of tries that ended so.
func Wait(permanent bool, try int) (wait, most int64) {
	o := outcome{permanent: permanent}
	return int64(o.wait(try)), int64(permanentCap + permanentBase)
}

// Hasten shortens the patience of a Carrier, for a laboratory that has it run out.
func Hasten(c *Carrier, live, item time.Duration) {
	c.patience = patience{live, item}
}

// Widen has a Carrier bring that many items at once.
func Widen(c *Carrier, room int) { c.room = room }

// Remembered is how many items a Carrier knows tries of.
func Remembered(c *Carrier) int {
	c.memory.mu.Lock()
	defer c.memory.mu.Unlock()
	return len(c.memory.known)
}

// DecodeAnswer is the parser of one message from uplinkd.
func DecodeAnswer(raw []byte) (any, error) {
	var p answerPost
	if err := decode(raw, &p); err != nil {
		return nil, err
	}
	return p, nil
}

// Pacing is all that decides when one terminal sends what: the judgement of the
// link, the gate and the waits. A simulation drives it in place of the clock.
type Pacing struct {
	link link
	gate *gate
}

// NewPacing is a terminal that has just found the platform there.
func NewPacing(now time.Time) *Pacing {
	p := &Pacing{gate: newGate(now)}
	p.link.start()
	p.Probed(true, now, 0)
	return p
}

// Probed takes what a probe found and returns when to probe next.
func (p *Pacing) Probed(reachable bool, now time.Time, try int) (wait time.Duration, rose bool) {
	t := p.link.judge(verdict{reachable: reachable, cause: "x"}, now)
	switch {
	case t.rose:
		p.gate.rise(now, t.outage)
	case t.fell:
		p.gate.fall(now)
	}
	if reachable {
		return probeEvery/2 + jitter(probeEvery/2), t.rose
	}
	return probeWait(t.outage, try, 0), false
}

// Place, Enter and Leave are the gate's.
func (p *Pacing) Place(now time.Time) time.Time { at, _ := p.gate.place(now); return at }

func (p *Pacing) Enter(now time.Time) (wait time.Duration, in bool) { return p.gate.enter(now) }

func (p *Pacing) Leave(now time.Time, status int, after time.Duration) {
	p.gate.leave(now, outcome{status: status, after: after})
}

// Push lets one in that somebody waits for.
func (p *Pacing) Push() { p.gate.push() }

// Retry is how long an item waits that was answered so.
func Retry(status int, after time.Duration, try int) time.Duration {
	return outcome{status: status, after: after}.wait(try)
}

// What a terminal has.
const (
	Listed         = listed
	HeartbeatEvery = heartbeatEvery
	Forever        = forever
)

// ClockReadings says of each reading whether the Desk is told of it, and whether
// it is asked for again at once.
func ClockReadings(now time.Time, skews ...time.Duration) (told, doubted []bool) {
	var r clockRelay
	for _, skew := range skews {
		due, doubt := r.take(now.Add(skew), now)
		told, doubted = append(told, due), append(doubted, doubt)
	}
	return told, doubted
}

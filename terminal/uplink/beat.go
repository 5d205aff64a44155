package uplink

import (
	"context"
	"errors"
	"time"
)

// beat sends a heartbeat each minute or so, and one as soon as the platform is
// back. One that nobody answered, as it met the way on its way up, is made again
// soon, and seldomer each time: a terminal that has just started must not be
// unknown to the platform for a minute. An answer of "no" is an answer.
func (d *Desk) beat(ctx context.Context) {
	for try := 0; ctx.Err() == nil; {
		changed, wait := d.changes(), heartbeatEvery-heartbeatJitter/2+jitter(heartbeatJitter)
		if d.Reachable() {
			changed = nil
			if d.beatOnce(ctx) {
				try = 0
			} else {
				wait = beatAgain(wait, try)
				try++
			}
		}
		pause(ctx, wait, changed)
	}
}

// beatAgain is how long to wait after so many heartbeats that nobody answered;
// usual is for when it is plain that nobody will.
func beatAgain(usual time.Duration, try int) time.Duration {
	most := span(backoffBase, heartbeatEvery, try)
	if most == heartbeatEvery {
		return usual
	}
	return most/2 + jitter(most/2)
}

// beatOnce reports whether there is nothing to be made up for.
func (d *Desk) beatOnce(ctx context.Context) bool {
	body, err := d.config.Heartbeat()
	if err != nil {
		d.config.Log.Warn("heartbeat not made", "error", err)
		return true // nor would another be, at once
	}
	ctx, cancel := context.WithTimeout(ctx, heartbeatEvery)
	defer cancel()
	answer, err := d.run(ctx, heartbeat, body)
	if err != nil {
		d.config.Log.Info("heartbeat not delivered", "error", err)
	}
	d.takeOrder(body, answer)
	var refused *RefusedError
	return err == nil || errors.As(err, &refused)
}

// takeOrder hands on what the platform had to say to a heartbeat, if anything. What
// does not verify changes nothing; the next heartbeat is answered again.
func (d *Desk) takeOrder(heartbeat []byte, answer string) {
	if answer == "" || d.config.Order == nil {
		return
	}
	if err := d.config.Order(heartbeat, []byte(answer)); err != nil {
		d.config.Log.Warn("order not taken", "error", err)
	}
}

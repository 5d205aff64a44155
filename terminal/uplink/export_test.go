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

// DecodeAnswer is the parser of one message from uplinkd.
func DecodeAnswer(raw []byte) (any, error) {
	var p answerPost
	if err := decode(raw, &p); err != nil {
		return nil, err
	}
	return p, nil
}

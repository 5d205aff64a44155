package journal

import "time"

// OpenSmall opens a journal with bounds that a test can reach.
func OpenSmall(path string, unsent int, bytes, disk, audit uint64, keep time.Duration, now func() time.Time) (*Journal, error) {
	l := defaults()
	l.unsent, l.bytes, l.disk, l.audit, l.keep = unsent, bytes, disk, audit, keep
	j, err := openWith(path, options{limits: l})
	if err == nil {
		j.now = now
	}
	return j, err
}

// CheckEnvelope is the gate of Commit.
var CheckEnvelope = checkEnvelope

package queue

import "errors"

// What the ways to the queue and the trail tell apart, besides what the desk, the journal
// and the protocol do.
var (
	ErrWaits    = errors.New("the platform has not taken it")
	ErrForeign  = errors.New("the file is another terminal's")
	ErrReceipts = errors.New("not every receipt was taken")
	ErrAudit    = errors.New("the audit trail is not whole")
	ErrHead     = errors.New("the audit trail has no such entry")
)

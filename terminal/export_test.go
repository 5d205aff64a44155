package terminal

// What the tests of the pure part look at.

var (
	Step      = step
	ViewOf    = view
	KindOf    = kind
	OverFor   = over
	SlipFor   = slip
	PadOf     = newPad
	Patience  = patience
	Refusal   = refusal
	CardFault = cardFault
)

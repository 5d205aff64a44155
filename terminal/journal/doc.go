// Package journal keeps what the terminal has promised, on disk, until the
// platform has answered for it. It carries what it cannot open: only sealed
// envelopes and signed withdrawals come in, never a name, a code or a key.
//
// Two facts stand for each registration, and neither says anything of the other:
//
//	delivery   sealed ──▶ received ──▶ accepted
//	              └─────────┴────────▶ refused
//	              └──▶ lost (by the disk; a late answer still counts)
//	hand-over  none ──▶ begun ──▶ done
//	                      └─────▶ unknown ──▶ done
//
// A withdrawal takes the envelope's place in the same transaction, so there is
// no instant at which both, or neither, would be sent:
//
//	hand-over none                    the terminal withdraws unasked
//	hand-over begun, done or unknown  only when the citizen says "I did not get it"
//	refused                           nothing is left to withdraw
//
// A registration is settled when it was received or accepted and its hand-over
// is done or unknown, when it was refused, or when its withdrawal was answered.
// Its body is erased as soon as a verified receipt names its id and SHA-256.
//
// Beside the registrations it keeps one fact of the machine: that it was opened
// by force, until a technician has looked.
//
// What the platform will not take is held back by [Journal.Quarantine], so that
// nobody waits behind it. A file that cannot be trusted is salvaged by
// [OpenOrSalvage]; an envelope that the disk has lost is told as such, and a code
// that may be in a hand is then taken to be in one.
//
// Every call that changes something is one bbolt transaction, on disk before it
// returns, and carries its entries of the audit chain with it; [Journal.SettleAll]
// takes many receipts in one. What must always hold is looked at by [Open] and by
// [Journal.Check].
package journal

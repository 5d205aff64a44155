// Package tpm keeps a terminal's keys in a TPM 2.0 and lets the chip prove that
// they live there.
//
// A [Chip] is known by the name of its device: /dev/tpmrm0, or the unix socket of
// a software TPM, which tests use. It is opened for each command and closed again,
// so that a chip that was gone and is back needs nobody's help, and two services
// share one.
//
// A [Key] is a P-256 key that signs (crypto.Signer) and never leaves its chip. What
// is kept of it outside is one PEM block, encrypted by the chip for itself: no
// persistent handle is taken, and nothing but this chip, not cleared since, can use
// the file. Keys are exempt from the dictionary-attack lock-out (NoDA), and bound to
// no PCR: an update of the firmware must not end a terminal's service.
//
// A chip has few slots for loaded keys, software ones three. Whatever is loaded is
// flushed before a command ends, however it ends.
//
// Errors say what is wrong and what to do: ErrNone, ErrPermission, ErrOtherChip,
// ErrLockout, ErrBusy, ErrOwner, ErrChip; all wrap what the chip or the system said.
package tpm

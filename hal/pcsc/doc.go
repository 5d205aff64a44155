// Package pcsc serves cards in PC/SC readers as a hal.Reader: pcsc-lite on Linux,
// WinSCard on Windows. It needs cgo on Linux; without it the package is empty.
//
//	          ┌── waiting context: GetStatusChange, one goroutine, slices of 1 s
//	Reader ───┤
//	          └── working context: Connect (exclusive), Transmit, power down
//
// One PC/SC context cannot do both: a Transmit on it waits for the pending
// GetStatusChange. A process has one Reader for one reader name, since the binding
// below keeps its buffers by name.
//
// Codes of PC/SC are sorted once, in errors.go, into the words of package hal.
package pcsc

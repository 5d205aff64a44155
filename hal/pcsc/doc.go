// Package pcsc serves cards in PC/SC readers as a hal.Reader: pcsc-lite on Linux,
// WinSCard on Windows. It needs cgo on Linux; without it the package is empty.
//
//	          ┌── waiting context: GetStatusChange, one goroutine, slices of half a second
//	Reader ───┤
//	          └── working context, one a visit: Connect (exclusive), Transmit, power down
//
// One PC/SC context cannot do both: a Transmit on it waits for the pending
// GetStatusChange. A process has one Reader for one reader name, since the binding
// below keeps its buffers by name.
//
// Service, readers and cards come and go as they like: the watcher looks for them
// anew, tells the device's state within a second of what PC/SC knows, and ends the
// presence of a card with the reason. A visit that is still ending keeps nobody
// from seeing what happens next.
//
// Codes of PC/SC are sorted once, in errors.go, into the words of package hal.
package pcsc

//go:build cgo && !windows

package pcsc

// apart is a name that PC/SC takes for the same and the binding for another: it
// keeps a buffer for each name as long as nobody else waits for that name, and a
// Reader may be waiting.
func apart(name string) string { return name + "\x00" }

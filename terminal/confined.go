//go:build goexperiment.runtimesecret

package terminal

import erasing "runtime/secret"

// confined runs f so that what it leaves in registers and on the stack is erased when
// it returns, and what it allocates when the garbage collector finds that nobody has
// it any more. What f starts beside itself is not confined. f must not call into C: Go 1.26
// does not come back from there (asmcgocall goes on with registers that were erased).
func confined(f func()) { erasing.Do(f) }

// unconfined runs f, which may call into C, out of the confinement in which it is called:
// on a goroutine of its own.
func unconfined(f func()) {
	if !erasing.Enabled() {
		f()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

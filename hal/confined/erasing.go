//go:build goexperiment.runtimesecret

package confined

import "runtime/secret"

// Do runs f so that what it leaves in registers and on the stack is erased when it
// returns, and what it allocates when the garbage collector finds that nobody has it
// any more. What f starts beside itself is not confined. f must not call into C: Go
// 1.26 does not come back from there (asmcgocall goes on with registers that were
// erased). Outside lets it.
func Do(f func()) { secret.Do(f) }

// Outside runs f, which may call into C, out of the confinement in which it is called:
// on a goroutine of its own. It returns when f does.
func Outside(f func()) {
	if !secret.Enabled() {
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

//go:build goexperiment.runtimesecret

package scanner

import erasing "runtime/secret"

// confined runs f so that what it leaves in registers and on the stack is erased when
// it returns, and what it allocates when the garbage collector finds that nobody has
// it any more. f must not call into C: Go 1.26 does not come back from there.
func confined(f func()) { erasing.Do(f) }

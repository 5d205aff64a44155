package pcsc

// apart is for pcsc-lite; here the binding keeps no buffers by name.
func apart(name string) string { return name }

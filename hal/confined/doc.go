// Package confined runs what touches a citizen's secrets so that nothing of it stays
// in memory: neither in registers and on the stack, nor in what the garbage collector
// frees. It does so in programs built with GOEXPERIMENT=runtimesecret, as the shipped
// terminald is; in any other it runs the function and nothing more.
package confined

// Package soak weighs programs that serve for long, from outside, and judges whether
// they stay as they are: memory, descriptors, threads, goroutines. A machine in a shop
// serves for months; what grows by a little with each visit stops it one day.
//
//	Process     what one process weighs now
//	Goroutines  how many it has, read in its memory by its own debugging information
//	Ledger      what was weighed, and whether the last quarter is as the first
//
// Its tests with the build tag e2e let the shipped programs serve visit after visit,
// with virtual devices: `make soak` for SOAK=5000 of them. It is for tests only.
package soak

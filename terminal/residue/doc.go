// Package residue looks for what citizens left behind in the memory of programs that
// run: their passwords, keys and codes, names and addresses, whole, in UTF-16, and in
// fragments of four characters.
//
//	Secret   what nobody may find
//	Search   finds many of them in one pass
//	Process  the memory of a live process, and where something can be planted in it
//	Grams    which fragments stand in a memory already, so that others can be chosen
//	Tally    what was found, beside what is found by chance
//
// Memory is read from /proc/PID/mem, as root: a process that is not dumpable hides it
// from everybody else. It is for tests only; terminal/e2e drives the journeys.
package residue

// Package residue looks for what citizens left behind in the memory of programs that
// run: their passwords, keys and codes, names and addresses, the numbers on their cards,
// their photos and what was drawn on their slips: whole, in UTF-16, in base64, and in
// fragments.
//
//	Secret   what nobody may find, of one of the Kinds
//	Windows  secrets of a picture, which is looked for in pieces
//	Search   finds many of them in one pass
//	Process  the memory of a live process, and where something can be planted in it
//	Copy     what a process held at one moment, to be searched later
//	Grams    which fragments stand in a memory already, so that others can be chosen
//	Tally    what was found, beside what is found by chance
//
// Memory is read from /proc/PID/mem, as root: a process that is not dumpable hides it
// from everybody else. It is for tests only; terminal/e2e drives the journeys.
package residue

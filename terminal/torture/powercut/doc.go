// Package powercut is a laboratory of power cuts. A workload drives the real
// journal while strace records, from outside, every write, sync, truncation and
// rename of its files; bbolt writes through an *os.File of its own and syncs by
// raw system call, so nothing inside the process sees them all.
//
//	Plan ──▶ Work, under strace ──▶ Parse ──▶ Trace ──▶ Enumerate ──▶ State ──▶ Judge
//
// A [State] is what a disk may hold after the power went: any prefix of the
// operations, and of what was not synced yet any subset of pages, some of them
// torn between two sectors. A name that was not synced may be there or not; names
// are kept in the order in which they were made, as a journaling file system does.
//
// The workload writes what each call returned to a file of its own, which is in the
// same trace. So it is known at each instant what was acknowledged, and [Judge]
// compares that with what the journal still says when it is opened again. A second
// workload damages the journal and has it salvaged, with the power cut meanwhile.
package powercut

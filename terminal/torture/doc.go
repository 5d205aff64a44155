// Package torture breaks what ships, on purpose, and counts. Its tests need strace,
// pcscd and a private namespace, so they carry the build tag e2e:
//
//   - power cuts: the journal under strace, and every state in which a power cut may
//     have left its disk (package powercut);
//   - kills: the shipped programs, killed at random moments of real sessions, and the
//     platform's ledger compared with the slips in hand.
//
// They run briefly with all other tests. TORTURE=30m in the environment makes them
// go on for so long, and ends with one line of what was tried and what was found.
package torture

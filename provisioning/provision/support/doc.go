// Package support is what leaves a machine for a help desk, without secrets: one file with
// versions, figures, verdicts and the last lines of the log. Each part is made of facts
// that are named here one by one, and of free text only the words pass that the programs
// themselves are made of (logwords.txt): what is not known does not leave.
package support

// Package catalogue holds every text of the terminal, in every language: what
// the screen says, what the slip says, and what a fault means to a citizen and
// to the staff.
//
// A text is found by its Key and filled with typed arguments, so that a number
// of tries cannot stand where a time belongs, and a date is written the way the
// language writes it: with the Japanese era and the Western year beside it. No
// argument takes personal data: what was read from a card is shown in fields of
// its own and never becomes part of a sentence.
//
// A fault is declared once, in one table: a stable code such as PRN-PAPER, what
// it does to the session or the terminal, and in each language what happened,
// what became of the citizen's data, what to do now and where to go.
//
// The tests hold that no language lacks a text, that none has one too many, and
// that each text asks for the same arguments in all of them.
package catalogue

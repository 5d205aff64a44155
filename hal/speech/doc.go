// Package speech is a hal.Voice that has a text said by speech engines of the
// system. An engine is a row of commands: the first reads the text, each reads what
// the one before wrote, and the last writes a WAV; a player takes that to the ear.
//
//	text ─▶ kakasi ─▶ espeak-ng ─▶ (loudness) ─▶ aplay
//
// A text may name a person. It goes through pipes only: never into the arguments of
// a command, which every user of the machine can read, and never into a file. What
// a command writes to its standard error is dropped, as it may repeat the text.
//
// A long text is said sentence by sentence, so that the first word comes soon and
// breaking off is quick. Each command has a process group of its own, which is
// killed as a whole, and is waited for: when Say has returned, nothing speaks.
package speech

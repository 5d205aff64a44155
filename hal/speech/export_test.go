package speech

import "io"

// Sentences cuts a text as Say does.
func Sentences(text string) []string { return sentences(text) }

// Carry makes a WAV softer as Say does.
func Carry(player io.Writer, wav io.Reader, factor float64) error { return carry(player, wav, factor) }

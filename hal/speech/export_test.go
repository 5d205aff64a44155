package speech

import "io"

// Sentences cuts a text as Say does.
func Sentences(text string) []string { return sentences(text) }

// Loud makes a WAV softer as Say does.
func Loud(wav io.Reader, factor float64) io.Reader { return loud(wav, factor) }

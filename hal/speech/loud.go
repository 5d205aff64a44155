package speech

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// header is as much of a WAV as is looked at to find its sound, and buffer how much of
// it we hold at a time.
const (
	header = 512
	buffer = 4096
)

// carry takes a WAV to the player and makes its sound softer by a factor. What is no PCM
// of 16 bits goes through as it is: then the volume is the engine's. It waits for the
// engine, and leaves nothing of what was said.
func carry(player io.Writer, wav io.Reader, factor float64) error {
	var held [buffer]byte
	defer clear(held[:])
	n, err := io.ReadFull(wav, held[:header])
	at, pcm := sound(held[:n])
	for {
		whole := n
		if pcm {
			whole = at + (n-at)&^1 // half a sample waits for the other
			soften(held[at:whole], factor)
		}
		if _, gone := player.Write(held[:whole]); gone != nil || err != nil {
			return errors.Join(gone, rest(player, held[whole:n]))
		}
		n, at = copy(held[:], held[whole:n]), 0
		var more int
		more, err = wav.Read(held[n:])
		n += more
	}
}

func rest(player io.Writer, half []byte) error {
	_, err := player.Write(half)
	return err
}

func soften(samples []byte, factor float64) {
	for i := 0; i+1 < len(samples); i += 2 {
		v := int16(binary.LittleEndian.Uint16(samples[i:]))
		binary.LittleEndian.PutUint16(samples[i:], uint16(int16(float64(v)*factor)))
	}
}

// sound finds where the samples of a WAV begin, and whether they are PCM of 16 bits.
func sound(head []byte) (at int, pcm bool) {
	if len(head) < 12 || !bytes.Equal(head[:4], []byte("RIFF")) || !bytes.Equal(head[8:12], []byte("WAVE")) {
		return 0, false
	}
	for at = 12; at+8 <= len(head); {
		name, size := head[at:at+4], int(binary.LittleEndian.Uint32(head[at+4:]))
		at += 8
		if bytes.Equal(name, []byte("data")) {
			return at, pcm
		}
		if size < 0 || size > header || at+size > len(head) {
			return 0, false
		}
		if bytes.Equal(name, []byte("fmt ")) && size >= 16 {
			pcm = binary.LittleEndian.Uint16(head[at:]) == 1 && binary.LittleEndian.Uint16(head[at+14:]) == 16
		}
		at += size + size&1
	}
	return 0, false
}

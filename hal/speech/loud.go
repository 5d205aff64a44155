package speech

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// header is as much of a WAV as is looked at to find its sound.
const header = 512

// loud makes the sound of a WAV softer by a factor. What is no PCM of 16 bits goes
// through as it is: then the volume is the engine's.
func loud(wav io.Reader, factor float64) io.Reader {
	in := bufio.NewReaderSize(wav, 4096)
	if factor == 1 {
		return in
	}
	return &softened{in: in, factor: factor}
}

// softened finds where the sound begins when it is first read, which waits for the
// engine.
type softened struct {
	in     *bufio.Reader
	factor float64
	before int // bytes until the sound
	looked bool
	pcm    bool
}

// Read gives bytes of the head as they are, and samples two bytes at a time.
func (s *softened) Read(p []byte) (int, error) {
	if !s.looked {
		head, _ := s.in.Peek(header)
		s.before, s.pcm = sound(head)
		s.looked = true
	}
	if !s.pcm {
		return s.in.Read(p)
	}
	if s.before > 0 {
		n, err := s.in.Read(p[:min(len(p), s.before)])
		s.before -= n
		return n, err
	}
	return s.samples(p)
}

func (s *softened) samples(p []byte) (int, error) {
	if len(p) < 2 { // a player's pipe reads more
		return 0, io.ErrShortBuffer
	}
	if _, err := s.in.Peek(2); err != nil {
		return s.in.Read(p[:1]) // half a sample, or the end
	}
	n, err := s.in.Read(p[:min(len(p), s.in.Buffered())&^1])
	for i := 0; i+1 < n; i += 2 {
		v := int16(binary.LittleEndian.Uint16(p[i:]))
		binary.LittleEndian.PutUint16(p[i:], uint16(int16(float64(v)*s.factor)))
	}
	return n, err
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

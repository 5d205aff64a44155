package speech

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strings"
)

// mostComplaint bounds what a player may say of its trouble.
const mostComplaint = 512

// Try plays a moment of silence, so that somebody learns of a jack that cannot be
// opened before a citizen does. What the player complains of is told: there is no
// text that it could repeat.
func (v *Voice) Try(ctx context.Context) error {
	var complaint bounded
	player := command(ctx, v.player)
	player.Stdin, player.Stderr = bytes.NewReader(silence()), &complaint
	if err := player.Run(); err != nil {
		return fmt.Errorf("playing silence by %s: %w%s", v.player[0], err, complaint.first())
	}
	return nil
}

// silence is a tenth of a second of it, as a WAV.
func silence() []byte {
	const rate, bytesOfSample, length = 22050, 2, 22050 / 10 * 2
	var wav bytes.Buffer
	head := []any{
		[]byte("RIFF"), uint32(36 + length), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1),
		uint32(rate), uint32(rate * bytesOfSample), uint16(bytesOfSample), uint16(8 * bytesOfSample), []byte("data"), uint32(length),
	}
	for _, part := range head {
		_ = binary.Write(&wav, binary.LittleEndian, part) // a buffer takes all
	}
	return append(wav.Bytes(), make([]byte, length)...)
}

// bounded keeps the beginning of what is written.
type bounded struct{ text []byte }

func (b *bounded) Write(p []byte) (int, error) {
	b.text = append(b.text, p[:min(len(p), mostComplaint-len(b.text))]...)
	return len(p), nil
}

// first is the first line, behind a comma; nothing where there is none.
func (b *bounded) first() string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(b.text)), "\n")
	if line == "" {
		return ""
	}
	return ", " + strings.ToValidUTF8(line, "?")
}

package haltest

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
)

// photoBytes is the size of an invented photo. No public source tells a real
// one's; 6 to 15 KB is likely.
const photoBytes = 8000

// photo is a JPEG 2000 file in its boxes (ISO/IEC 15444-1, annex I): signature,
// file type, a header for 240 × 300 grey pixels, a code stream. The code stream is
// noise, for nothing in the house decodes it.
func photo(id string) []byte {
	head := join(
		jp2Box("jP  ", []byte{0x0D, 0x0A, 0x87, 0x0A}),
		jp2Box("ftyp", []byte("jp2 \x00\x00\x00\x00jp2 ")),
		jp2Box("jp2h",
			jp2Box("ihdr", []byte{0, 0, 1, 44, 0, 0, 0, 240, 0, 1, 7, 7, 0, 0}),
			jp2Box("colr", []byte{1, 0, 0, 0, 0, 0, 17})),
	)
	stream := noise(id, photoBytes-len(head)-8)
	copy(stream, []byte{0xFF, 0x4F, 0xFF, 0x51})     // SOC, SIZ
	copy(stream[len(stream)-2:], []byte{0xFF, 0xD9}) // EOC
	return join(head, jp2Box("jp2c", stream))
}

func jp2Box(kind string, parts ...[]byte) []byte {
	body := join(parts...)
	size := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
	return join(size, []byte(kind), body)
}

// noise is the same for the same seed.
func noise(seed string, n int) []byte {
	out := make([]byte, n)
	source := rand.NewChaCha8(sha256.Sum256([]byte(seed)))
	_, _ = source.Read(out) // never fails
	return out
}

// textPNG stands for a text that the card keeps as a picture: one bit a pixel,
// grey, a pattern made of the text.
func textPNG(text string, width, height int) []byte {
	row := (width + 7) / 8
	pattern := noise(text, row*height)
	var raw bytes.Buffer
	for y := range height {
		raw.WriteByte(0) // filter: none
		raw.Write(pattern[y*row : (y+1)*row])
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(width))
	header = binary.BigEndian.AppendUint32(header, uint32(height))
	return join(
		[]byte("\x89PNG\r\n\x1a\n"),
		pngChunk("IHDR", append(header, 1, 0, 0, 0, 0)),
		pngChunk("IDAT", deflate(raw.Bytes())),
		pngChunk("IEND", nil),
	)
}

func pngChunk(kind string, data []byte) []byte {
	body := append([]byte(kind), data...)
	size := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	return binary.BigEndian.AppendUint32(join(size, body), crc32.ChecksumIEEE(body))
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	must(w.Write(b))
	if err := w.Close(); err != nil {
		panic("haltest: " + err.Error())
	}
	return out.Bytes()
}

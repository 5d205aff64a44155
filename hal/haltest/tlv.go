package haltest

// tlv writes one object: the tag's bytes as they stand, the shortest definite
// length, the parts one after another. It serves the card's BER and the
// certificates' DER alike.
func tlv(tag uint32, parts ...[]byte) []byte {
	value := join(parts...)
	out := append(tagBytes(tag), lengthBytes(len(value))...)
	return append(out, value...)
}

func tagBytes(tag uint32) []byte {
	var out []byte
	for shift := 24; shift >= 0; shift -= 8 {
		if b := byte(tag >> shift); b != 0 || len(out) > 0 {
			out = append(out, b)
		}
	}
	return out
}

func lengthBytes(n int) []byte {
	switch {
	case n < 0x80:
		return []byte{byte(n)}
	case n < 0x100:
		return []byte{0x81, byte(n)}
	}
	return []byte{0x82, byte(n >> 8), byte(n)}
}

func join(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

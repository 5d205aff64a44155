//go:build cgo || windows

package pcsc

import "sync"

// The most data of one response: over short APDUs, and over extended ones.
const (
	maxShortData    = 256
	maxExtendedData = 65536
)

// reach is how much one APDU brings through a reader, as far as it is known.
type reach struct {
	most   int  // data of one response
	proven bool // an extended APDU got through, so that a failure has another cause
}

// reachOf is what a reader says of itself, or else what the configuration knows.
// Where neither does, an extended APDU is tried.
func reachOf(said int, ok bool, configured int) reach {
	switch {
	case ok:
	case configured > 0:
		said = configured
	default:
		said = maxExtendedData
	}
	return reach{most: min(max(said, maxShortData), maxExtendedData)}
}

// short is a reader through which extended APDUs do not get.
func (r reach) short() reach { return reach{most: maxShortData} }

// after is what an answer to an extended APDU teaches. Only 6700 to a READ BINARY
// speaks of lengths; the card itself gives it too, and then nothing is lost but
// time. ISO/IEC 7816-4, 5.6.
func (r reach) after(command, answer []byte) reach {
	switch sw := uint16(answer[len(answer)-2])<<8 | uint16(answer[len(answer)-1]); {
	case r.proven:
	case sw == 0x9000 || sw == 0x6282: // done; done up to the end of the file
		r.proven = true
	case sw == 0x6700 && command[1] == 0xB0:
		return r.short()
	}
	return r
}

// isExtended tells length fields of more than one byte: the first byte is 00 and
// not the last. ISO/IEC 7816-3, 12.1.3.
func isExtended(command []byte) bool { return len(command) > 5 && command[4] == 0 }

// reaches remembers the reach of each reader by name, for as long as it stays
// plugged in.
type reaches struct {
	mu sync.Mutex
	of map[string]reach
}

func (r *reaches) get(name string) (reach, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.of[name]
	return known, ok
}

func (r *reaches) set(name string, now reach) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = make(map[string]reach)
	}
	r.of[name] = now
}

func (r *reaches) forget(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.of, name)
}

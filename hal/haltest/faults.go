package haltest

import (
	"slices"
	"time"
)

// A Fault is something that goes wrong with a card, once: at the At-th command
// since power-on, counted from 1, or with At 0 at the next one.
type Fault struct {
	At      int
	Remove  bool          // the card goes before the command reaches it
	Lost    bool          // the command is carried out, then the card goes
	Delay   time.Duration // before the command is carried out
	Cut     int           // how many bytes at the end of the answer are missing
	Extra   int           // how many bytes of data too many stand before the status word; below nought, too few
	SW      uint16        // answered in place of carrying the command out
	Forever bool          // from then on, at every command
}

// RemovedAt is a card that is taken out just before its k-th command.
func RemovedAt(k int) Fault { return Fault{At: k, Remove: true} }

// LostAt is a card that carries out its k-th command and is gone before it
// answers: a VERIFY has cost its try.
func LostAt(k int) Fault { return Fault{At: k, Lost: true} }

// DelayedAt is a card that is slow at its k-th command.
func DelayedAt(k int, d time.Duration) Fault { return Fault{At: k, Delay: d} }

// CutAt is a card whose k-th answer lacks its last n bytes.
func CutAt(k, n int) Fault { return Fault{At: k, Cut: n} }

// SizedAt is a card whose k-th answer brings n bytes of data more than it should,
// or with n below nought as many less, and says that all is well.
func SizedAt(k, n int) Fault { return Fault{At: k, Extra: n} }

// AnsweredAt is a card that answers its k-th command with a status word and does
// nothing.
func AnsweredAt(k int, sw uint16) Fault { return Fault{At: k, SW: sw} }

// Break adds faults.
func (c *Card) Break(faults ...Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, faults...)
}

// Mend forgets the faults that have not struck.
func (c *Card) Mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = nil
}

// struck is what goes wrong with one command.
type struck struct {
	removed, lost bool
	delay         time.Duration
	cut, extra    int
	sw            uint16
}

// strike collects the faults of the current command and forgets those that strike
// once.
func (c *Card) strike() struck {
	var s struck
	c.faults = slices.DeleteFunc(c.faults, func(f Fault) bool {
		due := f.At == 0 || f.At == c.count || f.Forever && f.At < c.count
		if due {
			s.add(f)
		}
		return due && !f.Forever
	})
	return s
}

func (s *struck) add(f Fault) {
	s.removed = s.removed || f.Remove
	s.lost = s.lost || f.Lost
	s.delay += f.Delay
	s.cut += f.Cut
	s.extra += f.Extra
	if f.SW != 0 {
		s.sw = f.SW
	}
}

// resized is data with as many bytes more, or less.
func resized(data []byte, extra int) []byte {
	if extra < 0 {
		return data[:max(0, len(data)+extra)]
	}
	return append(slices.Clone(data), make([]byte, extra)...)
}

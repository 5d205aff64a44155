package soak

import (
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// Goroutines counts those of processes that run one program, built by Go for Linux on
// a machine of 64 bits and not stripped. It asks nobody: a program that has no way to
// tell is counted as well, and telling costs no goroutine. The runtime's own, as the
// garbage collector's, count too.
type Goroutines struct {
	list, length uint64 // where runtime.allgs stands, a slice of pointers
	status       int64  // where in each the status stands
	moves        bool   // the program is loaded anywhere
	order        binary.ByteOrder
}

// The states of runtime.g in which there is no goroutine: made and not yet used, over,
// and of a thread that C has made (runtime2.go of Go 1.26).
const (
	idle      = 0
	dead      = 6
	deadExtra = 11
	scanned   = 0x1000 // beside the state, while the collector looks at it
)

// ReadProgram learns from a program's file where it keeps its goroutines.
func ReadProgram(path string) (*Goroutines, error) {
	g, err := readProgram(path)
	if err != nil {
		return nil, fmt.Errorf("reading where %s keeps its goroutines: %w", path, err)
	}
	return g, nil
}

func readProgram(path string) (*Goroutines, error) {
	file, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	g := &Goroutines{moves: file.Type == elf.ET_DYN, order: file.ByteOrder}
	symbols, err := file.Symbols()
	if err != nil {
		return nil, err
	}
	for _, s := range symbols {
		if s.Name == "runtime.allgs" {
			g.list, g.length = s.Value, s.Value+8
		}
	}
	if g.list == 0 {
		return nil, errors.New("it has no runtime.allgs")
	}
	information, err := file.DWARF()
	if err != nil {
		return nil, err
	}
	g.status, err = offset(information, "runtime.g", "atomicstatus")
	return g, err
}

// offset is where in a struct of the runtime a member stands.
func offset(information *dwarf.Data, name, member string) (int64, error) {
	for r := information.Reader(); ; {
		entry, err := r.Next()
		if err != nil || entry == nil {
			return 0, errors.Join(err, fmt.Errorf("its debugging information holds no %s", name))
		}
		switch is, _ := entry.Val(dwarf.AttrName).(string); {
		case entry.Tag == dwarf.TagStructType && is == name:
			return memberOf(r, member)
		case entry.Tag != dwarf.TagCompileUnit:
			r.SkipChildren()
		}
	}
}

func memberOf(r *dwarf.Reader, member string) (int64, error) {
	for {
		entry, err := r.Next()
		if err != nil || entry == nil || entry.Tag == 0 {
			return 0, errors.Join(err, fmt.Errorf("there is no member %s", member))
		}
		at, known := entry.Val(dwarf.AttrDataMemberLoc).(int64)
		if is, _ := entry.Val(dwarf.AttrName).(string); is == member && known {
			return at, nil
		}
	}
}

// Count counts the goroutines of a process that runs the program. While it is at work
// the number is of no one moment.
func (g *Goroutines) Count(p Process) (n int, err error) {
	memory, err := os.Open(p.path("mem"))
	if err != nil {
		return 0, fmt.Errorf("counting goroutines of process %s: %w", p, err)
	}
	defer memory.Close()
	m := reading{memory: memory, order: g.order}
	var base uint64
	if g.moves {
		if base, err = p.base(); err != nil {
			return 0, err
		}
	}
	list, length := m.word(int64(base+g.list)), m.word(int64(base+g.length))
	for i := range min(length, 1<<20) {
		switch m.half(int64(m.word(int64(list+8*i)))+g.status) &^ scanned {
		case idle, dead, deadExtra:
		default:
			n++
		}
	}
	if m.err != nil {
		return 0, fmt.Errorf("counting goroutines of process %s: %w", p, m.err)
	}
	return n, nil
}

// base is where a program was loaded.
func (p Process) base() (base uint64, err error) {
	maps, err := os.ReadFile(p.path("maps"))
	if err == nil {
		_, err = fmt.Sscanf(string(maps), "%x-", &base)
	}
	return base, err
}

// reading reads numbers until one cannot be read.
type reading struct {
	memory *os.File
	order  binary.ByteOrder
	err    error
}

func (r *reading) bytes(at int64, b []byte) []byte {
	if r.err == nil {
		_, r.err = r.memory.ReadAt(b, at)
	}
	return b
}

func (r *reading) word(at int64) uint64 { return r.order.Uint64(r.bytes(at, make([]byte, 8))) }
func (r *reading) half(at int64) uint32 { return r.order.Uint32(r.bytes(at, make([]byte, 4))) }

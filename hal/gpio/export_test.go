package gpio

// Board gives out the lines of a chip.
type Board = board

// Edge is a line that became active or inactive.
type Edge = edge

// Loops and Lamps are lines that are watched and driven.
type (
	Loops = loops
	Lamps = lamps
)

// OpenOver is Open over the lines of the test.
func OpenOver(b Board, c Config) *Cabinet { return &Cabinet{config: c, board: b} }

// Turned is an edge.
func Turned(line int, active bool) Edge { return Edge{line, active} }

// Source is lines that can be read.
type Source = source

// Poll looks at lines again and again.
func Poll(lines Source, turned func(Edge)) (Loops, error) { return poll(lines, turned) }

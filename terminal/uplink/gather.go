package uplink

import (
	"sync"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// gathering brings receipts to the journal. A durable commit takes as long for many
// as for one, so what arrives while one is under way goes together into the next.
// Nobody waits for company: whoever finds the journal free writes at once.
type gathering struct {
	turn chan struct{} // room for the one who speaks to the journal

	mu     sync.Mutex
	coming []arrival // since the last commit began
}

func newGathering() *gathering { return &gathering{turn: make(chan struct{}, 1)} }

// arrival is a receipt whose bringer waits for what became of it.
type arrival struct {
	receipt protocol.Receipt
	done    chan error // room for the one answer
}

// settle returns when the receipt is on disk, or was refused.
func (g *gathering) settle(j Journal, receipt protocol.Receipt) error {
	mine := arrival{receipt, make(chan error, 1)}
	g.mu.Lock()
	g.coming = append(g.coming, mine)
	g.mu.Unlock()
	g.write(j)
	return <-mine.done // by us, or by whoever wrote before us
}

// write settles all that have come by the time that it is its turn.
func (g *gathering) write(j Journal) {
	g.turn <- struct{}{}
	defer func() { <-g.turn }()
	g.mu.Lock()
	batch := g.coming
	g.coming = nil
	g.mu.Unlock()
	if len(batch) == 0 {
		return
	}
	receipts := make([]protocol.Receipt, len(batch))
	for i, a := range batch {
		receipts[i] = a.receipt
	}
	for i, err := range j.SettleAll(receipts) {
		batch[i].done <- err
	}
}

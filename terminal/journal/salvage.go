package journal

import (
	"fmt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Salvage is what became of a journal that could not be trusted any more.
type Salvage struct {
	Aside   string        // where the damaged file is kept, for a technician
	Carried int           // registrations that came over whole
	Lost    int           // registrations that did not; those without an id included
	LostIDs []protocol.ID // of those whose id is known
	// Doubtful are those of which nobody can tell how far the code had come. It is
	// taken to be in a hand: their hand-over is Unknown.
	Doubtful []protocol.ID
	Cause    error // what was wrong with the file; wraps ErrCorrupt or ErrAudit
}

// OpenOrSalvage opens the journal as Open does.
func OpenOrSalvage(path string) (*Journal, *Salvage, error) {
	j, err := Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("salvaging: %w", err)
	}
	return j, nil, nil
}

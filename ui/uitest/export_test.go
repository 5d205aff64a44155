package uitest

import (
	"testing"
	"time"
)

// OpenBlank opens an empty page with a patience of its own.
func OpenBlank(t testing.TB, patience time.Duration) *Screen { return open(t, patience) }

package desk

import (
	"fmt"
	"os"
)

// RenameNew renames a file to a name that nothing has. Nobody else writes there.
func RenameNew(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("writing %s: %w", to, os.ErrExist)
	}
	return os.Rename(from, to)
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// hearing is an empty file that stands beside the file with the page's address for as
// long as a page is heard. Whoever keeps the browser may read neither, but sees from its
// being there that the page has shown its token and is served: a connection alone tells
// nothing.
type hearing string

func hearingOf(urlFile string) hearing { return hearing(urlFile + ".heard") }

// tell puts the file there, or takes it away.
func (h hearing) tell(heard bool) error {
	if err := os.Remove(string(h)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("telling that no page is heard: %w", err)
	}
	if !heard {
		return nil
	}
	// O_EXCL: a link left here by somebody else is not followed.
	f, err := os.OpenFile(string(h), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("telling that a page is heard: %w", err)
	}
	return f.Close()
}

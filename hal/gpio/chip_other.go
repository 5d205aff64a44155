//go:build !linux

package gpio

import (
	"errors"
	"fmt"
)

// chip is nothing here: there is no character device for GPIO lines.
type chip string

func (c chip) Watch([]Line, func(edge)) (loops, error) { return nil, c.unsupported() }

func (c chip) Drive([]Line) (lamps, error) { return nil, c.unsupported() }

func (c chip) unsupported() error {
	return fmt.Errorf("GPIO lines exist on Linux only: %w", errors.ErrUnsupported)
}

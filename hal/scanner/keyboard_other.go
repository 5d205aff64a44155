//go:build !linux

package scanner

import "errors"

const keyboards = false

// openKeyboard is never called here: NewKeyboard says so before.
func openKeyboard(string) (keyboard, error) { return nil, errors.ErrUnsupported }

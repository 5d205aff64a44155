//go:build !linux

package serialport

import "io"

// lockDevice does nothing: Windows opens a serial line for one program only.
func lockDevice(string) (io.Closer, error) { return unlocked{}, nil }

type unlocked struct{}

func (unlocked) Close() error { return nil }

//go:build !linux && !windows

package main

import "errors"

// diskFree is known on Linux only; terminald tells it elsewhere.
func diskFree(string) (uint64, error) { return 0, errors.New("not known on this system") }

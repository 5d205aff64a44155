//go:build !cgo && !windows

package main

import (
	"strings"
	"testing"
)

func TestBuildWithoutPCSCSaysHowToBuild(t *testing.T) {
	if _, err := newReader(wish{}); err == nil || !strings.Contains(err.Error(), "libpcsclite-dev") {
		t.Errorf("got %v", err)
	}
}

//go:build !windows

package main

// serialPorts are files here, as others are.
func serialPorts() []string { return nil }

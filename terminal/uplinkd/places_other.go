//go:build !windows

package main

// The places that the packages lay out.
const (
	configFile   = "/etc/watashi/uplinkd.json"
	uplinkDir    = "/var/lib/watashi/uplinkd"
	uplinkSocket = "/run/watashi/uplink.sock"
)

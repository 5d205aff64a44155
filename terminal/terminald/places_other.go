//go:build !windows

package main

// The places that the packages lay out, and who may call there.
const (
	configFile   = "/etc/watashi/terminald.json"
	stateDir     = "/var/lib/watashi/terminald"
	urlFile      = "/run/watashi/screen.url"
	uplinkSocket = "/run/watashi/uplink.sock"
	statusSocket = "/run/watashi/status.sock"
	uplinkUser   = "watashi-uplinkd"
	statusUser   = "root"
)

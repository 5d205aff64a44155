//go:build !windows

package main

// Where the packages put configuration, identity and the status socket, and
// where the TPM is.
const (
	defaultConfig       = "/etc/watashi/terminald.json"
	defaultUplinkConfig = "/etc/watashi/uplinkd.json"
	defaultSocket       = "/run/watashi/status.sock"
	defaultState        = "/var/lib/watashi/terminald"
	defaultUplink       = "/var/lib/watashi/uplinkd"
	defaultChip         = "/dev/tpmrm0"
)

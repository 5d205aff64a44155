//go:build !windows

package system

// Where the packages put configuration, identity and the status socket, and
// where the TPM is.
const (
	ConfigFile       = "/etc/watashi/terminald.json"
	UplinkConfigFile = "/etc/watashi/uplinkd.json"
	StatusSocket     = "/run/watashi/status.sock"
	StateDir         = "/var/lib/watashi/terminald"
	UplinkDir        = "/var/lib/watashi/uplinkd"
	Chip             = "/dev/tpmrm0"
)

package system

// Where the installer puts configuration, identity and the status socket, and
// how Windows calls the TPM.
const (
	ConfigFile       = `C:\ProgramData\Watashi\terminald.json`
	UplinkConfigFile = `C:\ProgramData\Watashi\uplinkd.json`
	StatusSocket     = `\\.\pipe\watashi-status`
	StateDir         = `C:\ProgramData\Watashi\terminald`
	UplinkDir        = `C:\ProgramData\Watashi\uplinkd`
	Chip             = "tbs"
)

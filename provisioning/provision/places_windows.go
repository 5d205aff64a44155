package main

// Where the installer puts configuration, identity and the status socket, and
// how Windows calls the TPM.
const (
	defaultConfig       = `C:\ProgramData\Watashi\terminald.json`
	defaultUplinkConfig = `C:\ProgramData\Watashi\uplinkd.json`
	defaultSocket       = `\\.\pipe\watashi-status`
	defaultState        = `C:\ProgramData\Watashi\terminald`
	defaultUplink       = `C:\ProgramData\Watashi\uplinkd`
	defaultChip         = "tbs"
)

package main

// The places that the installer makes.
const (
	configFile   = `C:\ProgramData\Watashi\uplinkd.json`
	uplinkDir    = `C:\ProgramData\Watashi\uplinkd`
	uplinkSocket = `\\.\pipe\watashi-uplink`
)

package main

// The places that the installer makes, and who may call there: the network
// service, and administrators by the number they have in every language.
const (
	configFile   = `C:\ProgramData\Watashi\terminald.json`
	stateDir     = `C:\ProgramData\Watashi\terminald`
	urlFile      = `C:\ProgramData\Watashi\screen\screen.url`
	uplinkSocket = `\\.\pipe\watashi-uplink`
	statusSocket = `\\.\pipe\watashi-status`
	uplinkUser   = `NT SERVICE\watashi-uplinkd`
	statusUser   = "S-1-5-32-544"
)

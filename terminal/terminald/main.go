// Command watashi-terminald is the device half of a terminal: card reader,
// printer, screen, journal and device key. It sees what is on a card and has no
// way to the network; watashi-uplinkd fetches sealed envelopes from its socket.
//
//	watashi-terminald [-config /etc/watashi/terminald.json] [-check] [-version]
//
// -check reads the configuration, tells all that is wrong with it, and ends.
//
// What is missing, as an identity or a readable journal, does not end it: it
// stays up and shows that it is out of service, tells why on the status socket,
// and looks again every few seconds.
//
//	curl --unix-socket /run/watashi/status.sock http://terminal/status
package main

import (
	"github.com/digital-watashi/kiosk/terminal/service"
)

// version is set by the linker.
var version = "unknown"

func main() { program().Main() }

func program() service.Program[Config] {
	return service.Program[Config]{
		Name: "watashi-terminald", Version: version, File: "/etc/watashi/terminald.json", Defaults: Defaults(), Serve: serve,
	}
}

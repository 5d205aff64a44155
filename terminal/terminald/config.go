package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"

	"github.com/digital-watashi/kiosk/terminal/devices"
	"github.com/digital-watashi/kiosk/terminal/service"
)

// Config is the configuration file. What it leaves out is as Defaults says;
// what it names and we do not know is refused. What the platform decides, as
// languages, photo and limits, stands in the bundle and not here.
type Config struct {
	// StateDir holds device key, certificate, bundle and journal; 0700, and ours
	// alone.
	StateDir string `json:"state_dir"`
	// The devices stand beside the rest, in the same object.
	devices.Config
	// UI is the screen.
	UI UI `json:"ui"`
	// UplinkSocket is where watashi-uplinkd fetches and delivers.
	UplinkSocket string `json:"uplink_socket"`
	// UplinkUsers may connect there: names or numbers, on Windows names or security
	// identifiers. Where the system cannot tell who connects the list must be empty.
	UplinkUsers []string `json:"uplink_users"`
	// StatusSocket is where a technician asks how the terminal is.
	StatusSocket string `json:"status_socket"`
	// StatusUsers may connect there.
	StatusUsers []string `json:"status_users"`
	// LogLevel is debug, info, warn or error.
	LogLevel string `json:"log_level"`
}

// UI is where the page is served.
type UI struct {
	// Listen is a loopback address and a port; port 0 takes a free one.
	Listen string `json:"listen"`
	// URLFile gets the page's address with the token of this boot, for whoever
	// starts the browser.
	// Its time changes when a visit is over: then another browser is wanted. Beside
	// it, with .heard behind the name, stands an empty file while the page is heard.
	URLFile string `json:"url_file"`
}

// Defaults is the configuration of an empty file.
func Defaults() Config {
	return Config{
		StateDir:     stateDir,
		Config:       devices.Defaults(),
		UI:           UI{Listen: "127.0.0.1:8420", URLFile: urlFile},
		UplinkSocket: uplinkSocket,
		UplinkUsers:  []string{uplinkUser},
		StatusSocket: statusSocket,
		StatusUsers:  []string{statusUser},
		LogLevel:     "info",
	}
}

// Validate reports all that is wrong, and changes nothing.
func (c Config) Validate() error {
	var f faults
	f.path("state_dir", c.StateDir)
	f.loopback("ui.listen", c.UI.Listen)
	f.path("ui.url_file", c.UI.URLFile)
	f.path("uplink_socket", c.UplinkSocket)
	f.path("status_socket", c.StatusSocket)
	f.unless(c.UplinkSocket != c.StatusSocket, "status_socket: is the uplink_socket as well")
	f.unless(!slices.Contains(c.UplinkUsers, ""), "uplink_users: a name is empty")
	f.unless(!slices.Contains(c.StatusUsers, ""), "status_users: a name is empty")
	return errors.Join(append(f, c.Config.Validate(), service.CheckLevel(c.LogLevel))...)
}

// faults gathers what is wrong.
type faults []error

func (f *faults) unless(good bool, format string, args ...any) {
	if !good {
		*f = append(*f, fmt.Errorf(format, args...))
	}
}

func (f *faults) path(name, path string) {
	f.unless(filepath.IsAbs(path), "%s: %q is not an absolute path", name, path)
}

func (f *faults) loopback(name, address string) {
	at, err := netip.ParseAddrPort(address)
	f.unless(err == nil && at.Addr().IsLoopback(), "%s: %q is not a loopback address and port", name, address)
}

// Level is from which level on it logs.
func (c Config) Level() slog.Level { return service.ParseLevel(c.LogLevel) }

package support

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

// machineReport are facts of the computer, by names that are asked for one by one.
// Its host name is not one of them, nor what plugged-in devices call themselves: a
// telephone has its owner's name.
type machineReport struct {
	Time      time.Time         `json:"time"`
	Zone      string            `json:"zone"`
	ClockSet  bool              `json:"clock_synchronised"` // systemd-timesyncd has said so since the start
	Kernel    string            `json:"kernel,omitempty"`
	System    map[string]string `json:"system"`
	Uptime    string            `json:"uptime_seconds,omitempty"`
	Load      string            `json:"load,omitempty"`
	Memory    map[string]string `json:"memory"`
	DiskFree  uint64            `json:"disk_free"`
	DiskTotal uint64            `json:"disk_total"`
	USB       []string          `json:"usb"` // vendor:product
}

func machineFacts(d *desk.Desk) machineReport {
	zone, _ := d.Now().Zone()
	m := machineReport{
		Time: d.Now().UTC(), Zone: zone, Kernel: firstLine("/proc/sys/kernel/osrelease"),
		System: pairs("/etc/os-release", "=", "ID", "VERSION_ID", "VERSION_CODENAME"),
		Uptime: firstWords("/proc/uptime", 1), Load: firstWords("/proc/loadavg", 3),
		Memory: pairs("/proc/meminfo", ":", "MemTotal", "MemAvailable", "SwapTotal", "SwapFree"), USB: []string{},
	}
	_, err := os.Stat("/run/systemd/timesync/synchronized")
	m.ClockSet = err == nil
	m.DiskFree, m.DiskTotal, _ = system.Disk(d.Machine.StateDir) // zero where nothing can be measured
	for _, path := range d.Find("/sys/bus/usb/devices/*/idVendor") {
		m.USB = append(m.USB, firstLine(path)+":"+firstLine(filepath.Join(filepath.Dir(path), "idProduct")))
	}
	return m
}

// firstLine of a small file of the system; empty where there is none.
func firstLine(path string) string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	return strings.TrimSpace(line[:min(len(line), 200)])
}

func firstWords(path string, n int) string {
	words := strings.Fields(firstLine(path))
	return strings.Join(words[:min(n, len(words))], " ")
}

// pairs reads the named lines of a file of names and values.
func pairs(path, mark string, names ...string) map[string]string {
	found := map[string]string{}
	raw, err := os.ReadFile(path)
	if err != nil {
		return found
	}
	for line := range strings.Lines(string(raw)) {
		name, value, _ := strings.Cut(line, mark)
		for _, wanted := range names {
			if strings.TrimSpace(name) == wanted {
				found[wanted] = strings.Trim(strings.TrimSpace(value), `"`)
			}
		}
	}
	return found
}

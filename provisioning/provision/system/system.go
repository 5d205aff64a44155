// Package system is what a technician does, and a program finds, otherwise under one
// operating system than under another: commands, places, devices, disk and log.
package system

import (
	"runtime"
	"syscall"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// A System is what a technician does otherwise under one operating system than under
// another. This table says it all: no command asks which one it is.
type System struct {
	StartTerminald, StopTerminald, SeeTerminald string // command lines, or where to look
	StopServices                                string
	SeeUplinkd                                  string
	CardService, StartCards                     string // its name, and what to do without it
	Allowed                                     string // who is asked no questions
	MendFiles                                   string // what to do about files that cannot be read
	SetClock, SeeClock                          string
	MakeRoom, ShrinkLog                         string
	SeeNames, SeeRoute                          string
	Full, Refused, Roadless                     []error                   // what the system says: disk, door, route
	Devices                                     []device                  // where they turn up, and what each may be
	Sticks                                      []string                  // where a USB stick's files do
	log                                         []string                  // the command that prints the services' last words
	staff                                       map[catalogue.Code]string // in place of the catalogue's words for technicians
}

// device is where devices of one kind turn up, and what each may be.
type device struct{ Path, Kind string }

// thisSystem is the one that this program runs under.
func This() System { return Of(runtime.GOOS) }

// Of is the one of a name, as runtime.GOOS has it; what is not Windows is told as
// Linux is.
func Of(name string) System {
	if name == "windows" {
		return windowsSystem()
	}
	return linuxSystem()
}

func linuxSystem() System {
	return System{
		StartTerminald: "systemctl start watashi-terminald",
		StopTerminald:  "systemctl stop watashi-terminald",
		SeeTerminald:   "systemctl status watashi-terminald",
		StopServices:   "systemctl stop watashi-terminald watashi-uplinkd",
		SeeUplinkd:     "systemctl status watashi-uplinkd",
		CardService:    "pcscd",
		StartCards:     "Card commands need PC/SC: install and start pcscd (systemctl start pcscd.socket), and use a watashi-provision that was built with it.",
		Allowed:        "as a user of status_users (root)",
		MendFiles:      "Run the command as root; check the folder, its free space, and that keys have mode 0600.",
		SetClock:       "timedatectl set-ntp true",
		SeeClock:       "date",
		MakeRoom:       "df -h, journalctl --vacuum-size=100M",
		ShrinkLog:      "journalctl --vacuum-size=100M",
		SeeNames:       "resolvectl status",
		SeeRoute:       "ip route",
		Full:           []error{syscall.ENOSPC, syscall.EDQUOT},
		Refused:        []error{syscall.ECONNREFUSED},
		Roadless:       []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH},
		Devices: []device{
			{"/dev/usb/lp*", "printer"},
			{"/dev/serial/by-id/*", "scanner or printer on a serial line"},
			{"/dev/ttyACM*", "scanner or printer on a serial line"},
			{"/dev/ttyUSB*", "scanner or printer on a serial line"},
			{"/dev/input/by-id/*-kbd", "scanner that types, or a keyboard"},
			{"/dev/gpiochip*", "sensors and lights"},
			{"/dev/snd/pcmC*D*p", "headset jack of the voice, or a loudspeaker"},
		},
		Sticks: []string{"/media/*/", "/media/*/*/", "/run/media/*/*/", "/mnt/", "/mnt/*/"},
		log: []string{"journalctl", "--unit=watashi-terminald", "--unit=watashi-uplinkd",
			"--lines=2000", "--no-pager", "--quiet", "--output=cat"},
		staff: map[catalogue.Code]string{},
	}
}

// Windows numbers its errors in its own way; package syscall has these names for
// numbers of its own making.
const (
	windowsHandleDiskFull = syscall.Errno(39)
	windowsDiskFull       = syscall.Errno(112)
	windowsDiskQuota      = syscall.Errno(1295)
	windowsNoNetwork      = syscall.Errno(10051)
	windowsRefused        = syscall.Errno(10061)
	windowsNoRoute        = syscall.Errno(10065)
)

func windowsSystem() System {
	const events = "see the event log (eventvwr.msc, Application)"
	return System{
		StartTerminald: "sc.exe start watashi-terminald (or services.msc)",
		StopTerminald:  "sc.exe stop watashi-terminald (or services.msc)",
		SeeTerminald:   "sc.exe query watashi-terminald; " + events,
		StopServices:   "sc.exe stop watashi-terminald and sc.exe stop watashi-uplinkd (or services.msc)",
		SeeUplinkd:     "sc.exe query watashi-uplinkd; " + events,
		CardService:    "Smart Card, SCardSvr",
		StartCards:     "Card commands need the Smart Card service: plug a reader in, then sc.exe start SCardSvr (or services.msc). If it is disabled: sc.exe config SCardSvr start= demand.",
		Allowed:        "from an administrator's command prompt, or as a user of status_users",
		MendFiles:      "Run the command from an administrator's command prompt; check the folder, its free space, and with icacls that nobody may read keys but the service, the system and administrators.",
		SetClock:       "w32tm /resync",
		SeeClock:       "w32tm /query /status",
		MakeRoom:       "cleanmgr, or Storage in the settings",
		ShrinkLog:      "cleanmgr, or Storage in the settings",
		SeeNames:       "ipconfig /all",
		SeeRoute:       "route print",
		Full:           []error{windowsDiskFull, windowsHandleDiskFull, windowsDiskQuota},
		Refused:        []error{windowsRefused},
		Roadless:       []error{windowsNoNetwork, windowsNoRoute},
		Devices:        []device{{comPorts, "scanner or printer on a serial line"}},
		Sticks:         drives(),
		log: []string{"wevtutil.exe", "query-events", "Application", "/count:2000", "/reversedirection:true", "/format:text",
			"/query:*[System[Provider[@Name='watashi-terminald' or @Name='watashi-uplinkd']]]"},
		staff: map[catalogue.Code]string{
			catalogue.ReaderService: "The Smart Card service does not run. See why with sc.exe query SCardSvr, and start it with sc.exe start SCardSvr (or services.msc). It needs a reader that is plugged in.",
			catalogue.ChipNone:      "No TPM answers, or it may not be used. See the firmware settings and tpm.msc. The terminal goes on by itself.",
		},
	}
}

// ForStaff is what a technician is told of a fault.
func (s System) ForStaff(code catalogue.Code) string {
	if here, ok := s.staff[code]; ok {
		return here
	}
	return catalogue.Explain("en", code).Staff
}

// drives are all but the system's.
func drives() (all []string) {
	for letter := 'D'; letter <= 'Z'; letter++ {
		all = append(all, string(letter)+`:\`)
	}
	return all
}

package main

import (
	"runtime"
	"syscall"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// A system is what a technician does otherwise under one operating system than under
// another. This table says it all: nothing else here asks which one it is.
type system struct {
	startTerminald, stopTerminald, seeTerminald string
	stopServices                                string
	seeUplinkd                                  string
	cardService, startCards                     string
	allowed                                     string // who is asked no questions
	mayFiles                                    string // what to do about files that cannot be read
	setClock, seeClock                          string
	makeRoom, shrinkLog                         string
	seeNames, seeRoute                          string
	full, refused, roadless                     []error                   // what the system says: disk, door, route
	devices                                     []foundReport             // where they turn up, and what each may be
	sticks                                      []string                  // where a USB stick's files do
	log                                         []string                  // the command that prints the services' last words
	staff                                       map[catalogue.Code]string // in place of the catalogue's words for technicians
}

// thisSystem is the one that this program runs under.
func thisSystem() system { return systemOf(runtime.GOOS) }

func systemOf(name string) system {
	if name == "windows" {
		return windowsSystem()
	}
	return linuxSystem()
}

func linuxSystem() system {
	return system{
		startTerminald: "systemctl start watashi-terminald",
		stopTerminald:  "systemctl stop watashi-terminald",
		seeTerminald:   "systemctl status watashi-terminald",
		stopServices:   "systemctl stop watashi-terminald watashi-uplinkd",
		seeUplinkd:     "systemctl status watashi-uplinkd",
		cardService:    "pcscd",
		startCards:     "Card commands need PC/SC: install and start pcscd (systemctl start pcscd.socket), and use a watashi-provision that was built with it.",
		allowed:        "as a user of status_users (root)",
		mayFiles:       "Run the command as root; check the folder, its free space, and that keys have mode 0600.",
		setClock:       "timedatectl set-ntp true",
		seeClock:       "date",
		makeRoom:       "df -h, journalctl --vacuum-size=100M",
		shrinkLog:      "journalctl --vacuum-size=100M",
		seeNames:       "resolvectl status",
		seeRoute:       "ip route",
		full:           []error{syscall.ENOSPC, syscall.EDQUOT},
		refused:        []error{syscall.ECONNREFUSED},
		roadless:       []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH},
		devices: []foundReport{
			{"/dev/usb/lp*", "printer"},
			{"/dev/serial/by-id/*", "scanner or printer on a serial line"},
			{"/dev/ttyACM*", "scanner or printer on a serial line"},
			{"/dev/ttyUSB*", "scanner or printer on a serial line"},
			{"/dev/input/by-id/*-kbd", "scanner that types, or a keyboard"},
			{"/dev/gpiochip*", "sensors and lights"},
			{"/dev/snd/pcmC*D*p", "headset jack of the voice, or a loudspeaker"},
		},
		sticks: []string{"/media/*/", "/media/*/*/", "/run/media/*/*/", "/mnt/", "/mnt/*/"},
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

func windowsSystem() system {
	const events = "see the event log (eventvwr.msc, Application)"
	return system{
		startTerminald: "sc.exe start watashi-terminald (or services.msc)",
		stopTerminald:  "sc.exe stop watashi-terminald (or services.msc)",
		seeTerminald:   "sc.exe query watashi-terminald; " + events,
		stopServices:   "sc.exe stop watashi-terminald and sc.exe stop watashi-uplinkd (or services.msc)",
		seeUplinkd:     "sc.exe query watashi-uplinkd; " + events,
		cardService:    "Smart Card, SCardSvr",
		startCards:     "Card commands need the Smart Card service: plug a reader in, then sc.exe start SCardSvr (or services.msc). If it is disabled: sc.exe config SCardSvr start= demand.",
		allowed:        "from an administrator's command prompt, or as a user of status_users",
		mayFiles:       "Run the command from an administrator's command prompt; check the folder, its free space, and with icacls that nobody may read keys but the service, the system and administrators.",
		setClock:       "w32tm /resync",
		seeClock:       "w32tm /query /status",
		makeRoom:       "cleanmgr, or Storage in the settings",
		shrinkLog:      "cleanmgr, or Storage in the settings",
		seeNames:       "ipconfig /all",
		seeRoute:       "route print",
		full:           []error{windowsDiskFull, windowsHandleDiskFull, windowsDiskQuota},
		refused:        []error{windowsRefused},
		roadless:       []error{windowsNoNetwork, windowsNoRoute},
		devices:        []foundReport{{comPorts, "scanner or printer on a serial line"}},
		sticks:         drives(),
		log: []string{"wevtutil.exe", "query-events", "Application", "/count:2000", "/reversedirection:true", "/format:text",
			"/query:*[System[Provider[@Name='watashi-terminald' or @Name='watashi-uplinkd']]]"},
		staff: map[catalogue.Code]string{
			catalogue.ReaderService: "The Smart Card service does not run. See why with sc.exe query SCardSvr, and start it with sc.exe start SCardSvr (or services.msc). It needs a reader that is plugged in.",
			catalogue.ChipNone:      "No TPM answers, or it may not be used. See the firmware settings and tpm.msc. The terminal goes on by itself.",
		},
	}
}

// forStaff is what a technician is told of a fault.
func (s system) forStaff(code catalogue.Code) string {
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

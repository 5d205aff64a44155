package main

import (
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// A finding is how one device is.
type finding struct {
	Device string    `json:"device"`
	Word   word      `json:"word"`
	State  hal.State `json:"state,omitempty"`
	Code   string    `json:"code,omitempty"` // of the fault catalogue
	Cause  string    `json:"cause,omitempty"`
	Remedy string    `json:"remedy,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// word is a finding in one word.
type word string

// The words: what has a fault does not do its work; what wants attention does, and
// a person should look at it.
const (
	wordOK        word = "ok"
	wordAttention word = "attention"
	wordFault     word = "fault"
	wordNone      word = "none"    // the configuration names no such device
	wordWaits     word = "waits"   // a step of init, for the platform's answer
	wordStopped   word = "stopped" // a step of init, by whoever ran it
)

// wrong is a finding about a fault of the catalogue, with what its text has for
// the staff to do.
func wrong(device string, w word, state hal.State, code catalogue.Code, cause string) finding {
	return finding{device, w, state, string(code), cause, system.This().ForStaff(code), ""}
}

// stateText is a state in words.
func stateText(state hal.State) string {
	text := map[hal.State]string{
		hal.Offline: "it does not answer", hal.PowerOff: "it is switched off", hal.NoDevice: "it is not there",
		hal.HardwareError: "it reports a fault of its own", hal.DeviceBusy: "another program holds it",
	}[state]
	if text == "" {
		return fmt.Sprintf("its state is %q", string(state))
	}
	return text
}

// judgeReader judges what terminald says of the card reader.
func judgeReader(state hal.State) finding {
	if state == hal.Online {
		return finding{Device: "reader", Word: wordOK, State: state}
	}
	code, known := map[hal.State]catalogue.Code{
		hal.Offline: catalogue.ReaderService, hal.DeviceBusy: catalogue.ReaderBusy, hal.HardwareError: catalogue.ReaderFault,
	}[state]
	if !known {
		code = catalogue.ReaderNone
	}
	f := wrong("reader", wordFault, state, code, stateText(state))
	if state == hal.Offline {
		f.Cause = "the card service (" + system.This().CardService + ") does not answer"
	}
	return f
}

// withoutPCSC is the reader of a build that has no way to one.
func withoutPCSC(err error) finding {
	return finding{Device: "reader", Word: wordFault, State: hal.Offline, Cause: err.Error(), Remedy: "Use a watashi-provision that was built with PC/SC, as `make build` makes it."}
}

// judgeReaders judges what can be seen of the readers that the configuration
// means, and of their cards.
func judgeReaders(readers []devices.ReaderInfo) finding {
	f := judgeReader(hal.NoDevice)
	cards := 0
	for _, r := range readers {
		if r.Present {
			cards++
		}
		if f.Word == wordFault {
			f = finding{Device: "reader", Word: wordOK, State: hal.Online, Note: r.Name + virtually(r.Virtual)}
		}
		switch {
		case r.Mute:
			f = wrong("reader", wordAttention, hal.Online, catalogue.CardMute, "the card in "+r.Name+" does not answer")
		case r.Busy:
			f = wrong("reader", wordAttention, hal.DeviceBusy, catalogue.ReaderBusy, "another program holds the card in "+r.Name)
		}
	}
	if cards > 1 {
		f = wrong("reader", wordAttention, hal.Online, catalogue.CardTwo, "there is more than one card")
	}
	return f
}

// judgePrinter judges a printer's status; trouble is why it cannot be asked.
func judgePrinter(s hal.PrinterStatus, trouble string) finding {
	const device = "printer"
	switch {
	case s.Device == hal.NoDevice, s.Device == hal.DeviceBusy, s.Device == hal.PowerOff, s.Device == "":
		return described(wrong(device, wordFault, s.Device, catalogue.PrinterOffline, stateText(s.Device)), trouble)
	case s.CoverOpen:
		return wrong(device, wordFault, s.Device, catalogue.PrinterCover, "its cover is open")
	case s.Paper == hal.PaperOut:
		return wrong(device, wordFault, s.Device, catalogue.PrinterPaper, "it has no paper")
	case s.Paper == hal.PaperJammed:
		return wrong(device, wordFault, s.Device, catalogue.PrinterJam, "paper is jammed in it")
	case s.CutterFault:
		return wrong(device, wordFault, s.Device, catalogue.PrinterCutter, "its cutter stands still")
	case s.Device == hal.HardwareError:
		return wrong(device, wordFault, s.Device, catalogue.PrinterHardware, stateText(s.Device))
	case s.Device != hal.Online:
		return described(wrong(device, wordFault, s.Device, catalogue.PrinterOffline, stateText(s.Device)), trouble)
	case s.Paper == hal.PaperLow:
		f := wrong(device, wordAttention, s.Device, catalogue.PrinterPaper, "its paper is running out")
		f.Code = "" // it still prints: that is no fault of the catalogue
		return f
	}
	return finding{Device: device, Word: wordOK, State: s.Device}
}

// described adds what the driver says.
func described(f finding, trouble string) finding {
	if trouble != "" {
		f.Cause += ": " + trouble
	}
	return f
}

// scannerRemedy stands here and not in the catalogue: a terminal without a scanner
// serves, since a key can be typed.
const scannerRemedy = "Check the scanner's cable, and scanner.path in the configuration; \"device list\" names what is plugged in. Until then the key is typed."

// judgeScanner judges the scanner. Without it the terminal serves.
func judgeScanner(state hal.State, trouble string) finding {
	if state == hal.Online {
		return finding{Device: "scanner", Word: wordOK, State: state}
	}
	return described(finding{Device: "scanner", Word: wordFault, State: state, Cause: stateText(state), Remedy: scannerRemedy}, trouble)
}

// judgeSensors judges what the sensors say, and whether an alarm stands.
func judgeSensors(a hal.Auxiliaries, since time.Time) finding {
	const device = "sensors"
	switch {
	case a.Tamper:
		return wrong(device, wordFault, a.Device, catalogue.SensorTamper, "the tamper sensor says that somebody opens the machine")
	case !since.IsZero():
		f := wrong(device, wordFault, a.Device, catalogue.SensorTamper, "the machine was opened by force at "+since.Format(time.RFC3339))
		f.Remedy += " To clear it: watashi-provision device tamper clear."
		return f
	case a.Device != hal.Online:
		return wrong(device, wordFault, a.Device, catalogue.SensorNone, stateText(a.Device))
	case a.Door == hal.DoorOpen:
		return wrong(device, wordFault, a.Device, catalogue.SensorDoor, "the cabinet door is open")
	case a.Switch != "" && a.Switch != hal.SwitchRun:
		return wrong(device, wordAttention, a.Device, catalogue.SensorSwitch, "the key switch is at "+string(a.Switch))
	}
	return finding{Device: device, Word: wordOK, State: a.Device}
}

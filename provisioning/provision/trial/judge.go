package trial

import (
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// A Finding is how one device is.
type Finding struct {
	Device string    `json:"device"`
	Word   Word      `json:"word"`
	State  hal.State `json:"state,omitempty"`
	Code   string    `json:"code,omitempty"` // of the fault catalogue
	Cause  string    `json:"cause,omitempty"`
	Remedy string    `json:"remedy,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// Word is a finding in one word.
type Word string

// The words: what has a fault does not do its work; what wants attention does, and
// a person should look at it.
const (
	OK        Word = "ok"
	Attention Word = "attention"
	Fault     Word = "fault"
	None      Word = "none" // the configuration names no such device
)

// wrong is a finding about a fault of the catalogue, with what its text has for
// the staff to do.
func wrong(device string, w Word, state hal.State, code catalogue.Code, cause string) Finding {
	return Finding{device, w, state, string(code), cause, system.This().ForStaff(code), ""}
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
func judgeReader(state hal.State) Finding {
	if state == hal.Online {
		return Finding{Device: "reader", Word: OK, State: state}
	}
	code, known := map[hal.State]catalogue.Code{
		hal.Offline: catalogue.ReaderService, hal.DeviceBusy: catalogue.ReaderBusy, hal.HardwareError: catalogue.ReaderFault,
	}[state]
	if !known {
		code = catalogue.ReaderNone
	}
	f := wrong("reader", Fault, state, code, stateText(state))
	if state == hal.Offline {
		f.Cause = "the card service (" + system.This().CardService + ") does not answer"
	}
	return f
}

// withoutPCSC is the reader of a build that has no way to one.
func withoutPCSC(err error) Finding {
	return Finding{Device: "reader", Word: Fault, State: hal.Offline, Cause: err.Error(), Remedy: "Use a watashi-provision that was built with PC/SC, as `make build` makes it."}
}

// judgeReaders judges what can be seen of the readers that the configuration
// means, and of their cards.
func judgeReaders(readers []devices.ReaderInfo) Finding {
	f := judgeReader(hal.NoDevice)
	cards := 0
	for _, r := range readers {
		if r.Present {
			cards++
		}
		if f.Word == Fault {
			f = Finding{Device: "reader", Word: OK, State: hal.Online, Note: r.Name + virtually(r.Virtual)}
		}
		switch {
		case r.Mute:
			f = wrong("reader", Attention, hal.Online, catalogue.CardMute, "the card in "+r.Name+" does not answer")
		case r.Busy:
			f = wrong("reader", Attention, hal.DeviceBusy, catalogue.ReaderBusy, "another program holds the card in "+r.Name)
		}
	}
	if cards > 1 {
		f = wrong("reader", Attention, hal.Online, catalogue.CardTwo, "there is more than one card")
	}
	return f
}

// judgePrinter judges a printer's status; trouble is why it cannot be asked.
func judgePrinter(s hal.PrinterStatus, trouble string) Finding {
	const device = "printer"
	switch {
	case s.Device == hal.NoDevice, s.Device == hal.DeviceBusy, s.Device == hal.PowerOff, s.Device == "":
		return described(wrong(device, Fault, s.Device, catalogue.PrinterOffline, stateText(s.Device)), trouble)
	case s.CoverOpen:
		return wrong(device, Fault, s.Device, catalogue.PrinterCover, "its cover is open")
	case s.Paper == hal.PaperOut:
		return wrong(device, Fault, s.Device, catalogue.PrinterPaper, "it has no paper")
	case s.Paper == hal.PaperJammed:
		return wrong(device, Fault, s.Device, catalogue.PrinterJam, "paper is jammed in it")
	case s.CutterFault:
		return wrong(device, Fault, s.Device, catalogue.PrinterCutter, "its cutter stands still")
	case s.Device == hal.HardwareError:
		return wrong(device, Fault, s.Device, catalogue.PrinterHardware, stateText(s.Device))
	case s.Device != hal.Online:
		return described(wrong(device, Fault, s.Device, catalogue.PrinterOffline, stateText(s.Device)), trouble)
	case s.Paper == hal.PaperLow:
		f := wrong(device, Attention, s.Device, catalogue.PrinterPaper, "its paper is running out")
		f.Code = "" // it still prints: that is no fault of the catalogue
		return f
	}
	return Finding{Device: device, Word: OK, State: s.Device}
}

// described adds what the driver says.
func described(f Finding, trouble string) Finding {
	if trouble != "" {
		f.Cause += ": " + trouble
	}
	return f
}

// scannerRemedy stands here and not in the catalogue: a terminal without a scanner
// serves, since a key can be typed.
const scannerRemedy = "Check the scanner's cable, and scanner.path in the configuration; \"device list\" names what is plugged in. Until then the key is typed."

// judgeScanner judges the scanner. Without it the terminal serves.
func judgeScanner(state hal.State, trouble string) Finding {
	if state == hal.Online {
		return Finding{Device: "scanner", Word: OK, State: state}
	}
	return described(Finding{Device: "scanner", Word: Fault, State: state, Cause: stateText(state), Remedy: scannerRemedy}, trouble)
}

// judgeSensors judges what the sensors say, and whether an alarm stands.
func judgeSensors(a hal.Auxiliaries, since time.Time) Finding {
	const device = "sensors"
	switch {
	case a.Tamper:
		return wrong(device, Fault, a.Device, catalogue.SensorTamper, "the tamper sensor says that somebody opens the machine")
	case !since.IsZero():
		f := wrong(device, Fault, a.Device, catalogue.SensorTamper, "the machine was opened by force at "+since.Format(time.RFC3339))
		f.Remedy += " To clear it: watashi-provision device tamper clear."
		return f
	case a.Device != hal.Online:
		return wrong(device, Fault, a.Device, catalogue.SensorNone, stateText(a.Device))
	case a.Door == hal.DoorOpen:
		return wrong(device, Fault, a.Device, catalogue.SensorDoor, "the cabinet door is open")
	case a.Switch != "" && a.Switch != hal.SwitchRun:
		return wrong(device, Attention, a.Device, catalogue.SensorSwitch, "the key switch is at "+string(a.Switch))
	}
	return Finding{Device: device, Word: OK, State: a.Device}
}

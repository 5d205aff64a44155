package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// What the workbench does to scanner, sensors and the line of the reader.

// scan holds the phone to the scanner, or anything else that somebody may have
// made.
func (w *workbench) scan(s struct{ Text string }) error {
	text := s.Text
	if text == "" {
		text = w.phone.onScreen()
	}
	if text == "" {
		return errors.New("the phone shows no QR code: ask for a registration key on it first")
	}
	w.house.scanner.Scan(text)
	return nil
}

// turn turns one switch of the cabinet.
func (w *workbench) turn(name string, on bool) bool {
	switch name {
	case "tamper":
		w.cabinet.Tamper = on
	case "door":
		w.cabinet.Door = either(on, hal.DoorOpen, hal.DoorClosed)
	case "operator":
		w.cabinet.Switch = either(on, hal.SwitchMaintenance, hal.SwitchRun)
	case "headset":
		w.cabinet.Headset = either(on, hal.HeadsetPresent, hal.HeadsetNotPresent)
	case "sensors":
		w.cabinet.Device = either(on, hal.NoDevice, hal.Online)
	default:
		return false
	}
	w.house.sensors.Set(w.cabinet)
	return true
}

func either[Word ~string](is bool, yes, no Word) Word {
	if is {
		return yes
	}
	return no
}

// clearTamper is what a technician does once the machine was looked at. terminald
// refuses it in the same way.
func (w *workbench) clearTamper(struct{}) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cabinet.Tamper || w.cabinet.Device != hal.Online {
		return errors.New("a sensor still says that the machine is opened by force, or cannot be read")
	}
	return w.house.journal.ClearTamper(time.Now())
}

// readerStates are what may become of the line to the card reader.
func readerStates() []benchChoice {
	return []benchChoice{
		{string(hal.Online), "is there"},
		{string(hal.NoDevice), "is unplugged"},
		{string(hal.Offline), "has no card service in front of it"},
		{string(hal.DeviceBusy), "is held by another program"},
		{string(hal.HardwareError), "is broken"},
	}
}

// line does to the reader's line what its driver would tell. A card inside is lost
// with it.
func (w *workbench) line(l struct{ State hal.State }) error {
	known := false
	for _, s := range readerStates() {
		known = known || s.ID == string(l.State)
	}
	if !known {
		return fmt.Errorf("a reader is never %q", l.State)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reader = l.State; l.State == hal.Online {
		w.house.reader.Plug()
	} else {
		w.house.reader.Unplug()
	}
	w.house.terminal.ReaderState(l.State)
	return nil
}

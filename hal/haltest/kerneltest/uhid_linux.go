package kerneltest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// What uhid says and is told, by linux/uhid.h.
const (
	uhidDestroy        = 1
	uhidGetReport      = 9
	uhidGetReportReply = 10
	uhidCreate         = 11
	uhidSetReport      = 13
	uhidSetReportReply = 14

	uhidMaxReport = 4096
	busUSB        = 3
	eio           = 5
)

// A hidDevice is what a USB device is to the kernel: a descriptor, and reports that
// are asked for and set.
type hidDevice struct {
	name            string
	vendor, product uint32
	descriptor      []byte
	// get gives the report of that number, set takes one in, with its number first.
	// A nil report and false are errors of the device.
	get func(number byte) []byte
	set func(report []byte) bool
}

// uhid is a device that is plugged in.
type uhid struct {
	file   *os.File
	device hidDevice
	over   chan struct{}
}

// plugHID plugs a device in. The kernel looks for a driver after that, and asks the
// device meanwhile, so whoever waits for the driver waits elsewhere.
func plugHID(d hidDevice) (*uhid, error) {
	fd, err := unix.Open("/dev/uhid", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("opening /dev/uhid: %w", err)
	}
	u := &uhid{file: os.NewFile(uintptr(fd), "/dev/uhid"), device: d, over: make(chan struct{})}
	create := struct {
		Type                              uint32
		Name                              [128]byte
		Phys, Uniq                        [64]byte
		Size, Bus                         uint16
		Vendor, Product, Version, Country uint32
		Descriptor                        [uhidMaxReport]byte
	}{Type: uhidCreate, Size: uint16(len(d.descriptor)), Bus: busUSB, Vendor: d.vendor, Product: d.product}
	copy(create.Name[:], d.name)
	copy(create.Descriptor[:], d.descriptor)
	if err := u.tell(create); err != nil {
		return nil, errors.Join(err, u.file.Close())
	}
	go u.answer()
	return u, nil
}

func (u *uhid) tell(event any) error {
	var b bytes.Buffer
	if err := binary.Write(&b, binary.NativeEndian, event); err != nil {
		return err
	}
	if _, err := u.file.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing to /dev/uhid: %w", err)
	}
	return nil
}

// answer plays the device until it is pulled out.
func (u *uhid) answer() {
	defer close(u.over)
	event := make([]byte, 2*uhidMaxReport)
	for {
		n, err := u.file.Read(event)
		if err != nil {
			return
		}
		if n < 12 { // what has neither number nor report: started, opened, closed
			continue
		}
		id, number := binary.NativeEndian.Uint32(event[4:]), event[8]
		switch binary.NativeEndian.Uint32(event) {
		case uhidGetReport:
			err = u.give(id, u.device.get(number))
		case uhidSetReport:
			size := binary.NativeEndian.Uint16(event[10:])
			err = u.taken(id, u.device.set(slices.Clone(event[12:][:size])))
		}
		if err != nil {
			return
		}
	}
}

func (u *uhid) give(id uint32, report []byte) error {
	reply := struct {
		Type, ID  uint32
		Err, Size uint16
		Data      [uhidMaxReport]byte
	}{Type: uhidGetReportReply, ID: id, Size: uint16(len(report))}
	if report == nil {
		reply.Err = eio
	}
	copy(reply.Data[:], report)
	return u.tell(reply)
}

func (u *uhid) taken(id uint32, well bool) error {
	reply := struct {
		Type, ID uint32
		Err      uint16
	}{Type: uhidSetReportReply, ID: id}
	if !well {
		reply.Err = eio
	}
	return u.tell(reply)
}

// pull takes the device away and comes back when the kernel has let it go.
func (u *uhid) pull() error {
	err := errors.Join(u.tell(uint32(uhidDestroy)), u.file.Close())
	<-u.over
	return err
}

// patience is how long the kernel may take to find what was plugged in.
const patience = 30 * time.Second

// until looks until something is so. Nobody tells when the kernel is done.
func until(what string, so func() bool) error {
	for late := time.Now().Add(patience); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			return fmt.Errorf("waiting until %s: it is not", what)
		}
	}
	return nil
}

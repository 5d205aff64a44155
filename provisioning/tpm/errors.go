package tpm

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"

	"github.com/google/go-tpm/tpm2"
)

// What may be wrong with a chip. Somebody does something else about each.
var (
	// ErrNone: nobody answers under the device's name.
	ErrNone = errors.New("no TPM 2.0 answers; it must be there, switched on in the firmware, and not in use by another driver")
	// ErrPermission: this user may not open the device.
	ErrPermission = errors.New("the TPM may not be opened by this user; on Linux its group is tss")
	// ErrOtherChip: a key of another chip, or from before this one was cleared.
	ErrOtherChip = errors.New("the key is of another TPM, or this one was cleared; the terminal must be provisioned anew")
	// ErrLockout: too many wrong passwords were tried on the chip.
	ErrLockout = errors.New("the TPM is locked out after wrong passwords; it opens by itself after a time, or by its lockout password")
	// ErrBusy: the chip did not come to it in time.
	ErrBusy = errors.New("the TPM is busy; try again")
	// ErrOwner: somebody set a password on the chip, or switched its keys off.
	ErrOwner = errors.New("the TPM has an owner password or its owner hierarchy is disabled; clear it in the firmware")
	// ErrChip: any other fault. In failure mode a chip needs a power cycle.
	ErrChip = errors.New("the TPM fails; switch the machine off and on, and replace the board if it stays so")
	// ErrChallenge: a platform's challenge that is for another chip, or damaged.
	ErrChallenge = errors.New("the platform's challenge is not for this TPM")
)

// sorted puts one of the errors above before what the chip or the system said.
func sorted(err error) error {
	if err == nil || Is(err) {
		return err
	}
	kind := kindOfLine(err)
	if kind == nil {
		kind = kindOfCode(err)
	}
	return fmt.Errorf("%w (%w)", kind, err)
}

// Is reports whether an error is a chip's, and not of a line or a file.
func Is(err error) bool {
	for _, kind := range []error{ErrNone, ErrPermission, ErrOtherChip, ErrLockout, ErrBusy, ErrOwner, ErrChip, ErrBlob, ErrChallenge} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// kindOfLine sorts errors of the way to the chip; nil for others.
func kindOfLine(err error) error {
	var network *net.OpError
	switch {
	case errors.Is(err, fs.ErrPermission):
		return ErrPermission
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.EBUSY):
		return ErrBusy
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotATPM), errors.Is(err, io.EOF), errors.As(err, &network),
		errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.EPIPE):
		return ErrNone
	}
	return nil
}

// errNotATPM: something else has the device's name.
var errNotATPM = errors.New("neither a device nor a socket")

// kindOfCode sorts what the chip answered.
func kindOfCode(err error) error {
	for _, row := range []struct {
		kind  error
		codes []tpm2.TPMRC
	}{
		{ErrOtherChip, []tpm2.TPMRC{tpm2.TPMRCIntegrity, tpm2.TPMRCBadContext}},
		{ErrLockout, []tpm2.TPMRC{tpm2.TPMRCLockout}},
		{ErrOwner, []tpm2.TPMRC{tpm2.TPMRCBadAuth, tpm2.TPMRCAuthFail, tpm2.TPMRCHierarchy, tpm2.TPMRCDisabled}},
		{ErrBusy, []tpm2.TPMRC{tpm2.TPMRCObjectMemory, tpm2.TPMRCSessionMemory, tpm2.TPMRCMemory, tpm2.TPMRCObjectHandles,
			tpm2.TPMRCSessionHandles, tpm2.TPMRCYielded, tpm2.TPMRCCanceled, tpm2.TPMRCTesting, tpm2.TPMRCRetry, tpm2.TPMRCNVRate}},
	} {
		for _, code := range row.codes {
			if errors.Is(err, code) {
				return row.kind
			}
		}
	}
	return ErrChip
}

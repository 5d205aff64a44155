package system

import (
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestEachSystemIsToldWholly(t *testing.T) {
	for _, name := range []string{"linux", "windows"} {
		fields := reflect.ValueOf(Of(name))
		for i := range fields.NumField() {
			if field := fields.Field(i); field.Kind() == reflect.String && field.String() == "" || field.Kind() == reflect.Slice && field.IsNil() {
				t.Errorf("on %s nothing is said of %s", name, fields.Type().Field(i).Name)
			}
		}
	}
}

// Numbers of errors are the system's own: these are Windows's, as winerror.h has them.
func TestWindowsNumbersItsOwnErrors(t *testing.T) {
	for number, causes := range map[syscall.Errno][]error{
		112: Of("windows").Full, 10061: Of("windows").Refused, 10051: Of("windows").Roadless,
	} {
		if !slices.Contains(causes, error(number)) || slices.Contains(causes, error(syscall.ENOENT)) {
			t.Errorf("%d is not known, or a missing file is", uint(number))
		}
	}
}

func TestAStickMayBeAnyDriveButTheSystems(t *testing.T) {
	drives := strings.Join(Of("windows").Sticks, " ")
	if !strings.HasPrefix(drives, `D:\ E:\ `) || !strings.HasSuffix(drives, ` Z:\`) {
		t.Errorf("drives are %s", drives)
	}
}

package protocol_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// carried is a file of so many items.
func carried(t *testing.T, items int) string {
	t.Helper()
	var file bytes.Buffer
	out, err := protocol.WriteCarried(&file, protocol.CarriedHead{
		Format: protocol.FormatQueue, Terminal: "shop-7", Time: time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC),
	})
	for n := range items {
		body := fmt.Sprintf("sealed-%d", n)
		if err == nil {
			err = protocol.AddCarried(out, protocol.CarriedItem{
				Kind: protocol.CarriedRegistration, ID: protocol.ID{byte(n + 1)}, SHA256: protocol.SHA256([]byte(body)), Body: body,
			})
		}
	}
	if err = errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// readCarried gives the lines that are good, and those that are not.
func readCarried(file string) (good, bad int, err error) {
	_, _, err = protocol.ReadCarried(strings.NewReader(file), protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error {
		if l.Err != nil {
			bad++
		} else {
			good++
		}
		return nil
	})
	return good, bad, err
}

func TestCarriedFileIsReadAsItWasWritten(t *testing.T) {
	for _, n := range []int{0, 1, 3} {
		if good, bad, err := readCarried(carried(t, n)); good != n || bad != 0 || err != nil {
			t.Errorf("of %d: %d good, %d bad, %v", n, good, bad, err)
		}
	}
}

func TestCarriedFileCutAnywhereIsKnownAsCut(t *testing.T) {
	whole := carried(t, 2)
	for end := range len(whole) - 1 { // without its last line feed it is whole
		if _, _, err := readCarried(whole[:end]); !errors.Is(err, protocol.ErrCarried) {
			t.Fatalf("cut at %d: %v", end, err)
		}
	}
}

func TestCarriedFileThatIsNotWholeIsRefused(t *testing.T) {
	whole := carried(t, 2)
	lines := strings.SplitAfter(whole, "\n")
	for name, file := range map[string]string{
		"another format":     strings.Replace(whole, "watashi-queue/1", "watashi-queue/2", 1),
		"receipts":           strings.Replace(whole, "watashi-queue/1", protocol.FormatReceipts, 1),
		"a terminal's name":  strings.Replace(whole, "shop-7", "shop 7", 1),
		"a line is missing":  lines[0] + lines[1] + lines[3],
		"a line too many":    lines[0] + lines[1] + lines[2] + lines[2] + lines[3],
		"two files":          whole + whole,
		"no head":            lines[1] + lines[2] + lines[3],
		"a line too long":    lines[0] + strings.Repeat("x", protocol.MaxBody*2) + "\n" + lines[3],
		"a member too many":  strings.Replace(whole, `{"format"`, `{"more":1,"format"`, 1),
		"written otherwise":  strings.Replace(whole, `{"format"`, `{ "format"`, 1),
		"a page of the web":  "<html>\n",
		"the end of nothing": `{"end":true,"count":0}` + "\n",
	} {
		if _, _, err := readCarried(file); !errors.Is(err, protocol.ErrCarried) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadLineOfACarriedFileIsToldApart(t *testing.T) {
	whole := carried(t, 2)
	for name, file := range map[string]string{
		"another body":   strings.Replace(whole, "sealed-1", "sealed-x", 1),
		"another kind":   strings.Replace(whole, "registration", "photo", 1),
		"an id twice":    strings.Replace(whole, protocol.ID{2}.String(), protocol.ID{1}.String(), 1),
		"an id of zero":  strings.Replace(whole, protocol.ID{2}.String(), protocol.ID{}.String(), 1),
		"a broken line":  strings.Replace(whole, `{"kind"`, `{"kind`, 1),
		"an empty body":  strings.Replace(whole, `"sealed-1"`, `""`, 1),
		"a second value": strings.Replace(whole, `"sealed-1"}`, `"sealed-1"}{}`, 1),
	} {
		if good, bad, err := readCarried(file); good != 1 || bad != 1 || err != nil {
			t.Errorf("%s: %d good, %d bad, %v", name, good, bad, err)
		}
	}
}

func FuzzCarriedFile(f *testing.F) {
	f.Add(`{"format":"watashi-queue/1","terminal":"shop-7","time":"2026-11-24T03:00:00Z"}` + "\n" + `{"end":true,"count":0}` + "\n")
	f.Add("{}")
	f.Fuzz(func(t *testing.T, file string) {
		var again bytes.Buffer
		var items []protocol.CarriedItem
		head, count, err := protocol.ReadCarried(strings.NewReader(file), protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error {
			items = append(items, l.Item)
			return l.Err
		})
		if err != nil {
			return
		}
		out, err := protocol.WriteCarried(&again, head)
		for _, item := range items {
			err = errors.Join(err, protocol.AddCarried(out, item))
		}
		if err = errors.Join(err, out.Close()); err != nil || count != len(items) {
			t.Fatalf("%d of %d, %v", count, len(items), err)
		}
		if strings.TrimSuffix(again.String(), "\n") != strings.TrimSuffix(strings.ReplaceAll(file, "\r\n", "\n"), "\n") {
			t.Errorf("%q was written again as %q", file, again.String())
		}
	})
}

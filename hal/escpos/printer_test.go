package escpos_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// bare are the faces of a machine without any font.
func bare() *escpos.Faces { return escpos.LoadFaces() }

// options is a printer of narrow paper, so that jobs are small.
func options() escpos.Options { return escpos.Options{Faces: bare(), Dots: 96} }

// smallSlip has a code and little else.
func smallSlip() escpos.Slip {
	return escpos.Slip{Language: "ja", Blocks: []escpos.Block{escpos.Code{Text: []byte("12 45")}}}
}

func TestPrintPutsOnPaperWhatRenderDraws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, dots := range []int{escpos.Paper80mm, escpos.Paper58mm} {
			device := haltest.NewPrinter(haltest.PrinterWidth(dots))
			printer := escpos.New(device, escpos.Options{Faces: bare(), Dots: dots})
			if err := printer.Print(t.Context(), sampleJapanese()); err != nil {
				t.Fatal(err)
			}
			if strange := device.Misunderstood(); strange != nil {
				t.Errorf("%d dots: the printer did not understand %q", dots, strange)
			}
			want := escpos.Render(sampleJapanese(), bare(), dots)
			if got := differing(device.Last(), want); got > 40 {
				t.Errorf("%d dots: paper differs from the picture in %d dots", dots, got)
			}
			if rest := device.Last().Bounds().Dy() - want.Rect.Dy(); rest < 48 {
				t.Errorf("%d dots: only %d rows follow the picture, want the code in letters", dots, rest)
			}
		}
	})
}

// differing counts the dots in which paper, as far as want goes, is not as want.
func differing(paper image.Image, want *image.Gray) int {
	n := 0
	for y := range want.Rect.Dy() {
		for x := range want.Rect.Dx() {
			if paper.At(x, y) != want.At(x, y) {
				n++
			}
		}
	}
	return n
}

func TestStatusSpeaksTheWordsOfTheHouse(t *testing.T) {
	silent := hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperUnknown}
	tests := map[string]struct {
		faults haltest.PrinterFaults
		want   hal.PrinterStatus
		print  error
	}{
		"in order":     {haltest.PrinterFaults{}, hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull}, nil},
		"paper low":    {haltest.PrinterFaults{PaperLow: true}, hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperLow}, nil},
		"paper out":    {haltest.PrinterFaults{PaperOut: true}, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperOut}, escpos.ErrPaperOut},
		"cover open":   {haltest.PrinterFaults{CoverOpen: true}, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperFull, CoverOpen: true}, escpos.ErrCoverOpen},
		"cutter stuck": {haltest.PrinterFaults{Jammed: true}, hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperFull, CutterFault: true}, escpos.ErrCutter},
		"broken":       {haltest.PrinterFaults{Broken: true}, hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperFull}, escpos.ErrHardware},
		"too hot":      {haltest.PrinterFaults{Overheated: true}, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperFull}, escpos.ErrOffline},
		"button":       {haltest.PrinterFaults{Offline: true}, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperFull}, escpos.ErrOffline},
		"silent":       {haltest.PrinterFaults{Silent: true}, silent, escpos.ErrOffline},
		"unplugged":    {haltest.PrinterFaults{Gone: true}, hal.PrinterStatus{Device: hal.NoDevice, Paper: hal.PaperUnknown}, hal.ErrGone},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				device := haltest.NewPrinter(haltest.PrinterWidth(96))
				device.Break(test.faults)
				printer := escpos.New(device, options())
				got, err := printer.Status(t.Context())
				if err != nil || got != test.want {
					t.Errorf("Status = %+v, %v, want %+v", got, err, test.want)
				}
				err = printer.Print(t.Context(), smallSlip())
				checkRefused(t, err, test.print)
				if printed := len(device.Slips()); (printed == 1) != (test.print == nil) {
					t.Errorf("%d slips are out", printed)
				}
			})
		})
	}
}

// checkRefused wants a job that was refused before its first byte.
func checkRefused(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("Print = %v, want %v", err, want)
	}
	var failure *escpos.PrintError
	if want != nil && (!errors.As(err, &failure) || failure.Begun) {
		t.Errorf("Print = %#v, want a PrintError that has not begun", err)
	}
}

func TestPrintIsUnconfirmedWhenThePrinterDoesNotAnswerBehindTheJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := haltest.NewPrinter(haltest.PrinterWidth(96))
		device.Break(haltest.PrinterFaults{Unconfirmed: true})
		checkBegun(t, escpos.New(device, options()).Print(t.Context(), smallSlip()), escpos.ErrUnconfirmed)
		if len(device.Slips()) != 1 {
			t.Error("the slip should lie in the tray all the same")
		}
	})
}

func checkBegun(t *testing.T, err, want error) {
	t.Helper()
	var failure *escpos.PrintError
	if !errors.Is(err, want) || !errors.As(err, &failure) || !failure.Begun {
		t.Errorf("Print = %v, want %v, begun", err, want)
	}
}

func TestPrintNamesWhatStoppedItInMidJob(t *testing.T) {
	tests := map[string]struct {
		slip   escpos.Slip
		faults haltest.PrinterFaults
	}{
		"the rest in the buffer":  {smallSlip(), haltest.PrinterFaults{PaperRows: 40}},
		"the rest in our hands":   {sampleJapanese(), haltest.PrinterFaults{PaperRows: 40}},
		"in the last row of dots": {smallSlip(), haltest.PrinterFaults{PaperRows: rowsOf(smallSlip())}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				device := haltest.NewPrinter(haltest.PrinterWidth(96))
				device.Break(test.faults)
				checkBegun(t, escpos.New(device, options()).Print(t.Context(), test.slip), escpos.ErrPaperOut)
			})
		})
	}
}

func rowsOf(s escpos.Slip) int { return escpos.Render(s, bare(), 96).Rect.Dy() }

// recorder keeps the bytes of a job, and the slices they came in.
type recorder struct {
	*haltest.Printer
	sent   bytes.Buffer
	slices [][]byte
}

func (r *recorder) Write(b []byte) (int, error) {
	r.sent.Write(b)
	r.slices = append(r.slices, b)
	return r.Printer.Write(b)
}

func TestPrintLeavesNothingOfTheCodeInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{Printer: haltest.NewPrinter(haltest.PrinterWidth(96))}
		slip := smallSlip()
		if err := escpos.New(r, options()).Print(t.Context(), slip); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(r.sent.Bytes(), []byte("12 45\n")) {
			t.Fatal("the code was not sent in letters")
		}
		for _, kept := range r.slices {
			if bytes.Contains(kept, []byte("45\n")) || bytes.Contains(kept, []byte{0xFF, 0xFF}) {
				t.Fatalf("a buffer of the job was not cleared: % X", kept)
			}
		}
		slip.Wipe()
		if code := slip.Blocks[0].(escpos.Code).Text; !bytes.Equal(code, make([]byte, 5)) {
			t.Errorf("after Wipe the slip holds % X", code)
		}
	})
}

func TestBlocksWithACodePrintAsRedacted(t *testing.T) {
	code, qr := escpos.Code{Text: []byte("124578")}, escpos.QR{Content: []byte("watashi:code:124578"), Caption: "c"}
	slip := escpos.Slip{Blocks: []escpos.Block{code, qr}}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("slip", "code", code, "qr", qr, "slip", slip)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+verb+verb, code, qr, slip)
	}
	for _, secret := range []string{"124578", "MTI0NTc4", "313234353738", "49 50 52"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q got out: %s", secret, log.String())
		}
	}
}

func TestPrintStopsWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := haltest.NewPrinter(haltest.PrinterWidth(96))
		device.Break(haltest.PrinterFaults{RowTime: time.Second})
		why := errors.New("the day is over")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Second, why)
		defer cancel()
		printer := escpos.New(device, options())
		checkBegun(t, printer.Print(ctx, smallSlip()), why)
		if _, err := printer.Status(ctx); !errors.Is(err, why) {
			t.Errorf("Status = %v, want the cause", err)
		}
	})
}

func TestTheNextSlipDoesNotCarryABrokenOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := haltest.NewPrinter(haltest.PrinterWidth(96))
		printer := escpos.New(device, options())
		// Paper ends within a strip: the printer waits for the rest of it.
		device.Break(haltest.PrinterFaults{PaperRows: 40})
		checkBegun(t, printer.Print(t.Context(), sampleJapanese()), escpos.ErrPaperOut)
		device.Break(haltest.PrinterFaults{})
		scraps := len(device.Slips())
		if err := printer.Print(t.Context(), smallSlip()); err != nil {
			t.Fatal(err)
		}
		if got := len(device.Slips()) - scraps; got != 2 {
			t.Errorf("%d pieces of paper, want the scrap and the slip", got)
		}
		want := escpos.Render(smallSlip(), bare(), 96)
		if got := differing(device.Last(), want); got > 10 {
			t.Errorf("the slip differs in %d dots", got)
		}
		for _, strange := range device.Misunderstood() {
			// Single control bytes are what "forget" leaves; printers ignore them.
			if len(strange) != len("02") {
				t.Errorf("the printer took raster for the command %s", strange)
			}
		}
	})
}

func TestPacedPrintingNeverFillsTheBuffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paced := options()
		paced.Paced = true
		device := haltest.NewPrinter(haltest.PrinterWidth(96))
		device.Break(haltest.PrinterFaults{RowTime: 20 * time.Millisecond})
		if err := escpos.New(device, paced).Print(t.Context(), sampleEnglish()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestADialledPrinterIsFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := haltest.NewPrinter(haltest.PrinterWidth(96))
		there := false
		printer := escpos.NewDialing(func(context.Context) (escpos.Line, error) {
			if !there {
				return nil, fmt.Errorf("opening: %w", hal.ErrGone)
			}
			return closing{device}, nil
		}, options())
		for _, want := range []hal.State{hal.NoDevice, hal.Online, hal.NoDevice, hal.Online} {
			got, err := printer.Status(t.Context())
			if err != nil || got.Device != want {
				t.Errorf("Status = %+v, %v, want %s", got, err, want)
			}
			there = !there
		}
	})
}

type closing struct{ hal.Port }

func (closing) Close() error { return nil }

func TestDefuseLeavesNoRealTimeCommand(t *testing.T) {
	tests := []struct{ given, want []byte }{
		{[]byte{0x10, 0x04, 0x01}, []byte{0x30, 0x04, 0x01}},
		{[]byte{0x10, 0x05}, []byte{0x30, 0x05}},
		{[]byte{0x10, 0x10, 0x14}, []byte{0x10, 0x30, 0x14}},
		{[]byte{0x10, 0x06, 0x10}, []byte{0x10, 0x06, 0x10}},
		{nil, nil},
	}
	for _, test := range tests {
		got := bytes.Clone(test.given)
		escpos.Defuse(got)
		if !bytes.Equal(got, test.want) {
			t.Errorf("Defuse(% X) = % X, want % X", test.given, got, test.want)
		}
	}
}

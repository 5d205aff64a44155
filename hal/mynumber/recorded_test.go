package mynumber_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

var update = flag.Bool("update", false, "write testdata/transcripts anew")

// A flow is one visit of which the exchanges are on file, in
// testdata/transcripts under its name.
type flow struct {
	name    string
	options []haltest.Option
	maxData int
	// refuses: the line promises extended lengths and carries none.
	refuses bool
	run     func(context.Context, hal.Card, mynumber.Trust) string
	// replayed is how the flow ends over the file, where that is different: nobody
	// can answer a challenge from a file.
	replayed string
}

// flows are the visits of a citizen and of a technician, with cards of all kinds.
func flows() []flow {
	const short, long = 256, 65536
	situation := func(id string) []haltest.Option {
		s, ok := haltest.FindSituation(id)
		if !ok {
			panic(id)
		}
		return s.Options
	}
	copied := "signed, photo of 34 bytes, chip not genuine"
	return []flow{
		{name: "register-short", maxData: short, run: registration(mynumber.Open)},
		{name: "register-extended", maxData: long, run: registration(mynumber.Open)},
		{name: "register-known-extended", maxData: long, run: registration(mynumber.OpenKnown)},
		{name: "register-extended-refused", maxData: long, refuses: true, run: registration(mynumber.Open)},
		{name: "register-photo-short", maxData: short, run: registrationWithPhoto, replayed: copied},
		{name: "register-photo-extended", maxData: long, run: registrationWithPhoto, replayed: copied},
		{name: "register-no-short-ids", maxData: long, options: situation("no-short-ids"), run: registration(mynumber.Open)},
		{name: "register-get-response", maxData: short, options: situation("get-response"), run: registration(mynumber.Open)},
		{name: "register-drowsy", maxData: long, options: situation("drowsy"), run: registration(mynumber.Open)},
		{name: "register-uncounted", maxData: long, options: situation("uncounted"), run: registration(mynumber.Open)},
		{name: "register-query-with-le", maxData: long, options: situation("query-with-le"), run: registration(mynumber.Open)},
		{name: "wrong-pin", maxData: long, run: wrongPINs(2)},
		{name: "wrong-pin-to-the-last", maxData: long, options: situation("last-try"), run: wrongPINs(2)},
		{name: "wrong-number-b", maxData: long, options: situation("number-b-last"), run: wrongNumberB},
		{name: "blocked", maxData: long, options: situation("blocked"), run: registration(mynumber.Open)},
		{name: "blocked-6983", maxData: long, options: situation("blocked-6983"), run: registration(mynumber.Open)},
		{name: "blocked-known", maxData: long, options: situation("blocked"), run: registration(mynumber.OpenKnown)},
		{name: "expired", maxData: long, options: situation("expired"), run: registration(mynumber.Open)},
		{name: "technician", maxData: long, options: situation("expired"), run: technician},
		{name: "technician-short", maxData: short, options: situation("foreign-ca"), run: technician},
		{name: "unsigned", maxData: long, options: situation("unsigned"), run: registration(mynumber.Open)},
		{name: "face-card", maxData: long, options: situation("face-card"), run: registration(mynumber.Open)},
		{name: "face-card-known", maxData: long, options: situation("face-card"), run: registration(mynumber.OpenKnown)},
		{name: "old-card", maxData: long, options: situation("residents-card"), run: registration(mynumber.Open)},
		{name: "android", maxData: long, options: situation("android"), run: registration(mynumber.Open)},
		{name: "iphone", maxData: long, options: situation("iphone"), run: registration(mynumber.Open)},
		{name: "unknown-token", maxData: long, options: situation("unknown-token"), run: registration(mynumber.Open)},
		{name: "stranger", maxData: long, options: situation("stranger"), run: registration(mynumber.Open)},
		{name: "removed-before-verify", maxData: long, options: []haltest.Option{haltest.Broken(haltest.RemovedAt(5))}, run: registration(mynumber.Open)},
		{name: "removed-after-verify", maxData: long, options: []haltest.Option{haltest.Broken(haltest.LostAt(5))}, run: registration(mynumber.Open)},
		{name: "removed-while-signing", maxData: long, options: []haltest.Option{haltest.Broken(haltest.LostAt(7))}, run: registration(mynumber.Open)},
	}
}

func registration(open opener) func(context.Context, hal.Card, mynumber.Trust) string {
	return func(ctx context.Context, card hal.Card, trust mynumber.Trust) string {
		if err := registers(ctx, open, card, trust, adult(), false); err != nil {
			return err.Error()
		}
		return "signed"
	}
}

func registrationWithPhoto(ctx context.Context, card hal.Card, trust mynumber.Trust) string {
	m, err := mynumber.Open(ctx, card, trust)
	if err == nil {
		err = m.VerifySigningPIN(ctx, pin(adult().Password))
	}
	if err != nil {
		return err.Error()
	}
	h, err := m.Holder(ctx)
	if err != nil {
		return err.Error()
	}
	photo, info, err := m.FacePhoto(ctx, []byte(adult().VerificationCodeB()))
	if err == nil {
		err = signsOnce(h)
	}
	switch {
	case err != nil:
		return err.Error()
	case info.SignatureValid && !info.ChipGenuine:
		return fmt.Sprintf("signed, photo of %d bytes, chip not genuine", len(photo))
	}
	return fmt.Sprintf("signed, photo of %d bytes, %s", len(photo), info.Record())
}

func wrongPINs(n int) func(context.Context, hal.Card, mynumber.Trust) string {
	return func(ctx context.Context, card hal.Card, trust mynumber.Trust) string {
		m, err := mynumber.Open(ctx, card, trust)
		if err != nil {
			return err.Error()
		}
		var said []string
		for range n {
			said = append(said, fmt.Sprint(m.VerifySigningPIN(ctx, pin("WRONG123"))))
		}
		return strings.Join(said, "; ")
	}
}

func wrongNumberB(ctx context.Context, card hal.Card, trust mynumber.Trust) string {
	m, err := mynumber.Open(ctx, card, trust)
	if err != nil {
		return err.Error()
	}
	tries, _ := m.PhotoTriesLeft(ctx)
	_, _, err = m.FacePhoto(ctx, []byte("00000000000000"))
	return fmt.Sprintf("%d tries left; %v", tries, err)
}

// technician looks at a card without signing anything.
func technician(ctx context.Context, card hal.Card, trust mynumber.Trust) string {
	m, err := mynumber.Open(ctx, card, trust)
	if err == nil {
		err = m.VerifySigningPIN(ctx, pin(adult().Password))
	}
	if err != nil {
		return err.Error()
	}
	_, verdict, err := m.Examine(ctx)
	tries, photoErr := m.PhotoTriesLeft(ctx)
	return fmt.Sprintf("verdict %v; %v; %d tries left of number B; %v", verdict, err, tries, photoErr)
}

// day is when the transcripts were recorded: the authority and its certificates
// follow from the year.
func day() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// jp2 is the smallest photo that passes for one: signature and file type.
func jp2() []byte {
	return []byte("\x00\x00\x00\x0CjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 \x00\x00\x00\x00jp2 \xFF\xD9")
}

// TestEveryFlowIsOnFile runs each flow with a card that behaves and compares what
// was said, to the byte, with the file. PINs are masked, and so are challenges,
// which are new each time. Renew the files with: go test -run OnFile -update
func TestEveryFlowIsOnFile(t *testing.T) {
	for _, f := range flows() {
		t.Run(f.name, func(t *testing.T) {
			text := record(t, f)
			if *update {
				if err := os.WriteFile(transcript(f.name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(transcript(f.name))
			if err != nil {
				t.Fatal(err)
			}
			if text != string(want) {
				t.Errorf("got\n%s\nwant\n%s", cutLines(text), cutLines(string(want)))
			}
		})
	}
}

func transcript(name string) string { return filepath.Join("testdata", "transcripts", name+".txt") }

// record runs a flow and writes its transcript, each command explained, and how
// it ended. The card tells at the end of the test whether anything was touched.
func record(t *testing.T, f flow) string {
	t.Helper()
	ca := haltest.NewCAAt(day())
	citizen := adult()
	citizen.Photo = jp2()
	card := haltest.NewCard(citizen, ca, f.options...)
	t.Cleanup(func() {
		if touched := card.Touched(); len(touched) > 0 {
			t.Errorf("touched %q, want nothing", touched)
		}
	})
	var line hal.Card = virtual{card, f.maxData}
	if f.refuses {
		line = &narrow{Card: card, carries: never}
	}
	recorder := haltest.NewRecorder(line)
	trust := testTrust(ca)
	trust.Now = day
	end := f.run(context.Background(), recorder, trust)
	return explained(recorder.Transcript()) + "; " + end + "\n"
}

// explained masks what is new each time, and adds to each command what it is.
func explained(text string) string {
	var out []string
	challenge := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "> 80 2A 00 00 33"):
			fields := strings.Fields(line)
			for i := 25; i < 57; i++ {
				fields[i] = "**"
			}
			line, challenge = strings.Join(fields, " "), true
		case challenge:
			line, challenge = "< "+strings.Repeat("00 ", 256)+"90 00", false
		}
		if line[0] == '>' {
			line += meaning(line[2:])
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n") + "\n"
}

func meaning(command string) string {
	for _, row := range [][2]string{
		{"00 A4 04 0C 0A D3 92 F0", "SELECT JPKI AP"},
		{"00 A4 04 0C 0A D3 92 10", "SELECT card face AP"},
		{"00 A4 02 0C 02", "SELECT EF"},
		{"00 B0 86", "READ token"},
		{"00 B0 88", "READ issuance state"},
		{"00 B0 81", "READ signing certificate"},
		{"00 B0 82", "READ card face"},
		{"00 B0 84", "READ CV certificate"},
		{"00 B0", "READ on"},
		{"00 20 00 9B 0", "VERIFY signing PIN"},
		{"00 20 00 9B", "signing PIN: tries left?"},
		{"00 20 00 98", "authentication PIN: tries left?"},
		{"00 20 00 92 0E", "VERIFY number B"},
		{"00 20 00 92", "number B: tries left?"},
		{"00 20 00 80 0", "VERIFY"},
		{"00 20 00 80", "tries left?"},
		{"80 2A 00 00", "challenge"},
		{"80 2A", "COMPUTE DIGITAL SIGNATURE"},
		{"00 C0", "GET RESPONSE"},
	} {
		if strings.HasPrefix(command, row[0]) {
			return "  ; " + row[1]
		}
	}
	return "  ; not in the table of this test"
}

// cutLines keeps the beginning of each line: certificates are long.
func cutLines(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); len(line) > 120 {
			line = line[:100] + " … " + line[len(line)-17:]
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// TestEveryFileEndsAsItSays plays each file back to the driver: a command that is
// not on it, one too many or one too few fails, and the driver ends in the words
// of the last line.
func TestEveryFileEndsAsItSays(t *testing.T) {
	ca := haltest.NewCAAt(day())
	trust := testTrust(ca)
	trust.Now = day
	for _, f := range flows() {
		t.Run(f.name, func(t *testing.T) {
			text, err := os.ReadFile(transcript(f.name))
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(text)), "\n")
			want, _ := strings.CutPrefix(lines[len(lines)-1], "; ")
			if f.replayed != "" {
				want = f.replayed
			}
			card := played{haltest.NewPlayback(t, nil, string(text)), f.maxData}
			if got := f.run(context.Background(), card, trust); got != want {
				t.Errorf("ended with %q, want %q", got, want)
			}
		})
	}
}

// played is a playback behind a reader that passes so much.
type played struct {
	*haltest.Playback
	maxData int
}

func (p played) MaxData() int { return p.maxData }

// TestNoFileHoldsWhatIsOutOfBounds reads the files as text: no command names the
// My Number, its picture, 照合番号A, the text application or its PIN, and no secret
// stands in them.
func TestNoFileHoldsWhatIsOutOfBounds(t *testing.T) {
	files, err := filepath.Glob(transcript("*"))
	if err != nil || len(files) != len(flows()) {
		t.Fatalf("%d files, %v, want one for each of %d flows", len(files), err, len(flows()))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line, _, _ = strings.Cut(line, ";")
			command, isCommand := strings.CutPrefix(line, "> ")
			if isCommand && listedNowhere(command) {
				t.Errorf("%s: %s", file, line)
			}
			if isCommand && strings.HasPrefix(command, "00 20") && len(strings.Fields(command)) > 5 && !masked(command) {
				t.Errorf("%s shows a secret", file)
			}
		}
		for _, secret := range []string{adult().Password, adult().MyNumber(), adult().VerificationCodeB()} {
			if hexed := fmt.Sprintf("% X", secret); strings.Contains(string(text), hexed) {
				t.Errorf("%s holds %s", file, hexed)
			}
		}
	}
}

// masked reports whether all data of a VERIFY is stars.
func masked(command string) bool {
	for _, data := range strings.Fields(command)[5:] {
		if data != "**" {
			return false
		}
	}
	return true
}

// A replayed answer proves no chip: the challenge is new each time.
func TestReplayedChipIsNotGenuine(t *testing.T) {
	card, trust := newCard(t)
	var first []byte
	line := alteredExtended{altered{card, func(command, answer []byte) []byte {
		if command[1] != 0x2A || command[3] != 0 {
			return answer
		}
		if first == nil {
			first = bytes.Clone(answer)
		}
		return bytes.Clone(first)
	}}}
	m := opened(t, line, trust)
	for i, genuine := range []bool{true, false} {
		_, info, err := m.FacePhoto(context.Background(), []byte(card.Citizen().VerificationCodeB()))
		if err != nil || info.ChipGenuine != genuine {
			t.Errorf("answer %d: got %+v, %v, want genuine %v", i+1, info, err, genuine)
		}
		if got, want := info.Record(), map[bool]string{true: "signature-valid-issuer-not-anchored"}[genuine]; got != want {
			t.Errorf("answer %d: recorded %q, want %q", i+1, got, want)
		}
	}
}

//go:build e2e && linux && cgo

package kiosk_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// updating tells the process in the namespaces of the flag.
const updating = "WATASHI_UPDATE_DOCUMENTS"

// TestE2EDocuments runs what docs/ shows, in its order, on the programs that ship: a
// platform, a terminal with a virtual printer, and a screen of our own. A block is
// one of three:
//
//	sh          is run
//	sh by hand  wants a person, another disk or a restart; its commands are asked for help
//	sh enrol    is a file that a test of its own runs
func TestE2EDocuments(t *testing.T) {
	if *update {
		t.Setenv(updating, "yes")
	}
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	pcscdtest.Within(t, func(t *testing.T) {
		t.Chdir("terminal/street") // a street looks for bin/ from there
		s := street.New(t, street.Plan{Platform: "platform-docs", Patience: 30 * time.Second, Founded: fitted})
		made := map[string]string{"screen-exchange": exchange(t, s)}
		seenReady(s)
		bash := newShell(t, s, root)
		bash.screen = refused(t, s)
		for _, name := range []string{"docs/field-guide.md", "docs/integrating.md"} {
			for _, b := range blocks(t, filepath.Join(root, name)) {
				if !t.Run(name+" "+b.title, func(t *testing.T) { bash.follow(t, b) }) {
					return // what comes next builds on it
				}
			}
		}
		for part, command := range map[string]string{
			"bring-up": "watashi-provision init --yes --token-file watashi-token.txt --report ready.json",
			"check":    "watashi-provision check",
		} {
			made[part] = "\n```text\n" + anyDay(s, bash.printed[command]) + "```\n\n"
		}
		made["stick"] = bash.printed["the stick"]
		made["stick-asks"] = "\n```text\n" + onAnyStick(bash, anyDay(s, bash.printed[`watashi-provision init --yes --token-file watashi-token.txt --offline "$USB" || [ $? -eq 66 ]`])) + "```\n\n"
		commands, _, _ := strings.Cut(string(s.Tool("watashi-provision", "help")), "\nexit codes:")
		made["commands"] = "\n```text\n" + commands + "```\n\n"
		compareMade(t, root, made)
	})
}

// fitted puts into the platform's configuration what the documents rely on.
func fitted(s *street.Street) {
	s.Edit(s.Path("platform", "platformd.json"), map[string]any{"metrics": "127.0.0.1:9464"})
}

// seenReady goes through init to its end, without a token: a street has none of the
// devices when it is provisioned.
func seenReady(s *street.Street) {
	s.Tool("watashi-provision", "init", "--yes", "--state-dir", s.Path("state"), "--uplink-dir", s.Path("uplink"), "--config", s.Path("terminald.json"))
}

// anyDay is what a command printed, with what differs from run to run replaced: how
// long it took, days, folders, versions.
func anyDay(s *street.Street, printed string) string {
	for _, r := range [][2]string{
		{regexp.QuoteMeta(s.Path()), "/var/lib/watashi"},
		{`20\d\d-\d\d-\d\d`, "2028-11-22"},
		{` *\d+\.\d s\b`, "     0.1 s"},
		{`\d+\.\d seconds`, "0.4 seconds"},
		{`in \d+ ms`, "in 3 ms"},
		{`\d+ MiB`, "60000 MiB"},
		{`\d+ days left`, "729 days left"},
		{`(?m)^(clock +ok) .*`, "$1  0s ahead of the platform's, which tells whole seconds"},
		{`runs, \S+`, "runs, 1.0.0"},
		{`(?m)^Asking .*\n|^Trying .*\n`, ""},
	} {
		printed = regexp.MustCompile(r[0]).ReplaceAllString(printed, r[1])
	}
	return printed
}

// compareMade compares the parts that only running programs can make.
func compareMade(t *testing.T, root string, made map[string]string) {
	t.Helper()
	*update = os.Getenv(updating) != ""
	names, _ := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		written := section.ReplaceAllStringFunc(string(text), func(whole string) string {
			parts := section.FindStringSubmatch(whole)
			if what, here := made[parts[2]]; here {
				return parts[1] + what + parts[4]
			}
			return whole
		})
		compareDocument(t, name, string(text), written)
	}
}

// block is one fenced block with commands.
type block struct {
	title, kind, commands string
}

// blocks are those of a document, each under the heading that it stands under.
func blocks(t *testing.T, name string) (all []block) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range fence.FindAllSubmatchIndex(text, -1) {
		kind := string(text[at[2]:at[3]])
		if kind != "sh" && !strings.HasPrefix(kind, "sh ") {
			continue
		}
		titles := title.FindAllSubmatch(fence.ReplaceAll(text[:at[0]], nil), -1)
		all = append(all, block{string(titles[len(titles)-1][1]), kind, string(text[at[4]:at[5]])})
	}
	if len(all) == 0 {
		t.Fatalf("%s has no commands", name)
	}
	return all
}

// shell is one bash, as a person has one.
type shell struct {
	t       *testing.T
	street  *street.Street
	dir     string
	usb     string // where the stick is mounted
	in      io.Writer
	out     *bufio.Reader
	printed map[string]string // by the commands
	blocks  int
	title   string // the heading we are under
	screen  *glass
}

// prelude lets commands stand in a document as they are typed on a machine whose
// folders are where they are by default.
const prelude = `set -eu
shopt -s expand_aliases
watashi-provision() {
	case "$1" in
	init|replace) local word=$1; shift; command watashi-provision "$word" --environment test --protection file --state-dir "$NEW/state" --uplink-dir "$NEW/uplink" --config "$D/terminald.json" "$@" ;;
	retire|check) local word=$1; shift; command watashi-provision "$word" --state-dir "$D/state" --uplink-dir "$D/uplink" --config "$D/terminald.json" "$@" ;;
	status|renew) local word=$1; shift; command watashi-provision "$word" --state-dir "$D/state" --uplink-dir "$D/uplink" "$@" ;;
	*) command watashi-provision "$@" --config "$D/terminald.json" ;;
	esac
}
cd "$WORK"
`

func newShell(t *testing.T, s *street.Street, root string) *shell {
	t.Helper()
	dir, usb := t.TempDir(), t.TempDir()
	cmd := exec.CommandContext(t.Context(), "bash")
	cmd.Env = append(os.Environ(), "D="+s.Path(), "NEW="+t.TempDir(), "WORK="+dir, "USB="+usb, "KIOSK="+root,
		"PATH="+filepath.Join(root, "bin")+":"+os.Getenv("PATH"), "NO_COLOR=1", "LC_ALL=C.UTF-8")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); reader.Close() })
	io.WriteString(in, prelude)
	return &shell{t: t, street: s, dir: dir, usb: usb, in: in, out: bufio.NewReader(reader), printed: map[string]string{}}
}

// before is what has to be so before the first command under a heading is typed.
func (sh *shell) before(title string) {
	switch title {
	case "Bring a terminal up": // the operator has handed a stick over
		sh.token("shop-8")
	case "Bring a terminal up by stick": // to a machine that has no keys yet
		sh.token("shop-10")
		fmt.Fprintf(sh.in, "NEW=%s\n", sh.t.TempDir())
	case "No network":
		sh.screen.registers(sh.street)
	case "Replace the machine": // by one that has no keys yet
		sh.token("shop-9")
		fmt.Fprintf(sh.in, "NEW=%s\n", sh.t.TempDir())
	case "Retire the machine":
		sh.street.Uplinkd.Stop()
		sh.street.Terminald.Stop()
	}
}

// after is what has to be so when the last command under a heading is done.
func (sh *shell) after(title string) {
	switch title {
	case "No network":
		sh.street.AwaitUnsent(0)
		sh.street.Start(sh.street.Uplinkd)
		sh.printed["the stick"] = sh.stick()
	}
}

// stick shows the two files that travelled, a line of theirs on one line, with what
// is long cut short and what differs each time replaced.
func (sh *shell) stick() (shown string) {
	sh.t.Helper()
	for _, name := range []string{"watashi-queue-*.jsonl", "receipts.jsonl"} {
		found, _ := filepath.Glob(filepath.Join(sh.usb, name))
		if len(found) != 1 {
			sh.t.Fatalf("%d files %s on the stick", len(found), name)
		}
		text, err := os.ReadFile(found[0])
		if err != nil {
			sh.t.Fatal(err)
		}
		for _, r := range [][2]string{
			{`"[0-9a-f]{32}"`, `"00112233445566778899aabbccddeeff"`},
			{`20\d\d-\d\d-\d\dT[0-9:.]+Z`, "2026-11-24T01:30:00Z"},
			{`"sha256":"[^"]+"`, `"sha256":"TMhbBa2UrEd9…"`},
			{`"(eyJ[A-Za-z0-9_-]{9})[^"]*"`, `"$1…"`},
		} {
			text = regexp.MustCompile(r[0]).ReplaceAll(text, []byte(r[1]))
		}
		shown += "\n```json\n" + string(text) + "```\n"
	}
	return shown + "\n"
}

// onAnyStick is what was printed about a stick, as if it were mounted where sticks are.
func onAnyStick(sh *shell, printed string) string {
	printed = strings.ReplaceAll(printed, sh.usb, "/media/usb")
	return regexp.MustCompile(`request-[0-9a-f]{8}-`).ReplaceAllString(printed, "request-5c0c6e2b-")
}

// token puts one into the folder where we are.
func (sh *shell) token(terminal string) {
	sh.t.Helper()
	sh.write("watashi-token.txt", sh.street.Tool("watashi-platformd", "-config", sh.street.Path("platform", "platformd.json"), "token", terminal))
}

func (sh *shell) write(name string, text []byte) {
	sh.t.Helper()
	if err := os.WriteFile(filepath.Join(sh.dir, name), text, 0o600); err != nil {
		sh.t.Fatal(err)
	}
}

// follow does what a block says.
func (sh *shell) follow(t *testing.T, b block) {
	if b.title != sh.title {
		sh.after(sh.title)
		sh.title = b.title
		sh.before(b.title)
	}
	switch b.kind {
	case "sh":
		out, whole := sh.run(t, b.commands)
		t.Logf("%s", out)
		if !whole {
			t.Fatalf("bash ended in\n%s", b.commands)
		}
		sh.printed[strings.TrimSpace(b.commands)] = out
	case "sh by hand":
		sh.help(t, b.commands)
	}
}

// run runs commands and reads what they print until they are over. A command that
// fails ends bash.
func (sh *shell) run(t *testing.T, commands string) (out string, whole bool) {
	t.Helper()
	sh.blocks++
	name := filepath.Join(sh.dir, fmt.Sprintf(".block-%d", sh.blocks))
	if err := os.WriteFile(name, []byte(commands), 0o600); err != nil {
		t.Fatal(err)
	}
	end := fmt.Sprintf("block %d is over", sh.blocks)
	fmt.Fprintf(sh.in, ". %s </dev/null\necho %q\n", name, end)
	for {
		line, err := sh.out.ReadString('\n')
		if strings.TrimSpace(line) == end {
			return out, true
		}
		out += line
		if err != nil {
			return out, false
		}
	}
}

// help asks each command for help, with the flags it is shown with: a command or a
// flag that is not there does not come to that.
func (sh *shell) help(t *testing.T, commands string) {
	t.Helper()
	asked := 0
	for line := range strings.Lines(commands) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		at := slices.Index(words, "watashi-provision")
		if at < 0 {
			continue
		}
		asked++
		shown := strings.Join(words[at:], " ") + " --help"
		if out, whole := sh.run(t, shown+"\n"); !whole {
			t.Fatalf("%s\n%s", shown, out)
		}
	}
	if asked == 0 {
		t.Fatalf("nothing to ask for help in\n%s", commands)
	}
}

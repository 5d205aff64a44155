//go:build e2e

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browserBinary is the program behind Debian's launcher.
const browserBinary = "/usr/lib/chromium/chromium"

// A policy or a flag that the browser does not know closes nothing, and nobody is told.
func TestE2EBrowserKnowsEveryPolicyAndFlag(t *testing.T) {
	raw, err := os.ReadFile(browserBinary)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	var policies map[string]any
	text, err := os.ReadFile("policies/watashi.json")
	if err == nil {
		err = json.Unmarshal(text, &policies)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name := range policies {
		wanted[name] = true
	}
	for _, flag := range chromium()[1:] {
		name, value, _ := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		wanted[name] = true
		if name == "disable-features" {
			for feature := range strings.SplitSeq(value, ",") {
				wanted[feature] = true
			}
		}
	}
	for word := range bytes.SplitSeq(raw, []byte{0}) {
		if len(word) < 64 {
			delete(wanted, string(word))
			delete(wanted, strings.TrimPrefix(string(word), "k")) // features are named so
		}
	}
	for name := range wanted {
		t.Errorf("the browser knows no %s", name)
	}
}

// The page of this test tries what a citizen's finger or a page that was slipped in could
// try; what it reaches, it reaches by a request.
const attempts = `<!doctype html><meta charset=utf-8><title>page</title><script>
const tell = (what) => fetch("/told?" + encodeURIComponent(what));
addEventListener("load", async () => {
  console.error("Midori said aloud"); console.log("Midori\nMidori said twice"); setTimeout(() => { throw new Error("Midori was thrown"); });
  await tell("token " + location.hash.slice(1));
  new WebSocket("ws://" + location.host + "/ws", ["watashi.ui.v1"]);
  await tell("window " + (window.open("http://127.0.0.1:8421/window") === null ? "blocked" : "opened"));
  for (const address of ["http://127.0.0.1:8421/frame", "file:///etc/hostname", "chrome://version", "view-source:http://127.0.0.1:8420/"]) {
    const frame = document.createElement("iframe");
    frame.src = address;
    document.body.append(frame);
  }
  for (const [what, ask] of Object.entries({
    geolocation: () => new Promise((_, no) => navigator.geolocation.getCurrentPosition(() => no(new Error("given")), (e) => no(new Error("code " + e.code)))),
    camera: () => navigator.mediaDevices.getUserMedia({ video: true }),
    notifications: async () => { if (await Notification.requestPermission() !== "granted") throw new Error("refused"); },
    clipboard: () => navigator.clipboard.readText(),
    serial: () => navigator.serial.requestPort(),
  })) {
    await tell(what + " " + await Promise.race([ask().then(() => "given", () => "refused"), new Promise((r) => setTimeout(r, 3000, "silent"))]));
  }
  const link = document.createElement("a");
  link.href = "data:text/plain,x"; link.download = "x.txt"; document.body.append(link); link.click();
  await tell("end");
  location.href = "http://127.0.0.1:8421/away";
});
</script>`

// The policies lie where the browser looks for them, and the ports are free, in
// namespaces of the test's own.
func TestE2EPoliciesHoldThePage(t *testing.T) {
	if os.Getenv("KIOSK_TEST_ALONE") == "" {
		alone(t)
		return
	}
	said := &told{}
	serve(t, "127.0.0.1:8421", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { said.add("elsewhere " + r.URL.Path) }))
	serve(t, "127.0.0.1:8420", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/told":
			said.add(strings.ReplaceAll(r.URL.RawQuery, "%20", " "))
		case r.URL.Path == "/ws":
			said.add("websocket")
		case r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte(attempts))
		}
	}))
	k, journal := browsing(t, "http://127.0.0.1:8420/#"+token)
	k.handOver = "127.0.0.1:8419"
	defer show(t, k)()
	for deadline := time.Now().Add(60 * time.Second); !strings.Contains(said.all(), "\nend") && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
	}
	// A page that gets away does so at once.
	for deadline := time.Now().Add(2 * time.Second); !strings.Contains(said.all(), "elsewhere") && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
	}
	// Only of a browser that failed anything is told.
	if out, err := exec.Command("pkill", "-KILL", "-f", k.profile).CombinedOutput(); err != nil {
		t.Fatalf("killing the browser: %v %s", err, out)
	}
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(journal.all(), "browser is replaced") && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
	}
	if text := journal.all(); !strings.Contains(text, "browser said") || strings.Contains(text, "Midori") || strings.Contains(text, token) {
		t.Errorf("the journal should hear the browser, and not the page:\n%s", text)
	}
	all := said.all()
	t.Logf("the page said:\n%s", all)
	for _, want := range []string{"token " + token, "websocket", "window blocked", "end"} {
		if !strings.Contains("\n"+all+"\n", "\n"+want+"\n") {
			t.Errorf("the page did not say %q", want)
		}
	}
	for _, bad := range []string{"elsewhere", " given", "opened"} {
		if strings.Contains(all, bad) {
			t.Errorf("the page got out: %q", bad)
		}
	}
}

// After each citizen the browser goes, and another one shows the page. What counts for
// what was drawn is when the last process of the first is gone.
func TestE2EBrowserIsReplacedInTime(t *testing.T) {
	const promised, bound = 2 * time.Second, 10 * time.Second // the bound is for machines that do much else
	var k *kiosk
	shown := make(chan time.Time)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveAt(t, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/":
			w.Write([]byte(`<!doctype html><title>page</title><script>addEventListener("load", () => fetch("/heard"))</script>`))
		case "/heard":
			shown <- time.Now()
		}
	}))
	k, journal := browsing(t, "http://"+l.Addr().String()+"/#"+token)
	k.handOver = "127.0.0.1:0"
	defer show(t, k)()
	wait := func() time.Time {
		select {
		case at := <-shown:
			return at
		case <-time.After(time.Minute):
			t.Fatalf("no page is shown:\n%s", journal.all())
			panic("unreachable")
		}
	}
	wait()
	for visit := range 3 {
		asked := time.Now()
		if err := os.WriteFile(k.watched, []byte{byte(visit)}, 0o600); err != nil {
			t.Fatal(err)
		}
		took := wait().Sub(asked)
		t.Logf("replacement %d: the next page is there after %v, %.2f of what is promised", visit+1, took.Round(time.Millisecond), float64(took)/float64(promised))
		if took > bound {
			t.Errorf("the next page took %v, want %v at most", took, bound)
		}
		for deadline := time.Now().Add(grave); strings.Count(journal.all(), "out of memory") <= visit && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		}
	}
	for line := range strings.Lines(journal.all()) {
		_, after, found := strings.Cut(line, "out of memory\" after=")
		if !found {
			continue
		}
		gone, err := time.ParseDuration(strings.TrimSpace(after))
		if t.Logf("the browser before is out of memory %v after it was killed", gone); err != nil || gone > bound/2 {
			t.Errorf("it took %q, want %v at most", after, bound/2)
		}
	}
}

// browsing is a kiosk with the real browser, and what it tells the journal.
func browsing(t *testing.T, address string) (*kiosk, *told) {
	t.Helper()
	page, err := parsePage([]byte(address))
	if err != nil {
		t.Fatal(err)
	}
	dir, journal := t.TempDir(), &told{}
	return &kiosk{
		page: page, command: headless(), profile: filepath.Join(dir, "profile"), watched: filepath.Join(dir, "none"),
		silence: 2 * time.Minute, said: &notifier{}, log: slog.New(slog.NewTextHandler(journal, nil)),
	}, journal
}

// show runs a kiosk until what it returns is called.
func show(t *testing.T, k *kiosk) (end func()) {
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- k.run(ctx) }()
	return func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	}
}

// headless is the browser as it ships, but with no screen to draw on. The sandbox of its
// own wants another user than root.
func headless() []string {
	command := []string{browserBinary, "--headless=new", "--disable-gpu"}
	if os.Geteuid() == 0 {
		command = append(command, "--no-sandbox")
	}
	for _, flag := range chromium()[1:] {
		if flag != "--ozone-platform=wayland" {
			command = append(command, flag)
		}
	}
	return command
}

func serve(t *testing.T, address string, h http.Handler) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	serveAt(t, l, h)
}

func serveAt(t *testing.T, l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
}

// alone runs the test that calls it again, where the browser's folder is ours.
func alone(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := filepath.Abs("policies/watashi.json")
	if err != nil {
		t.Fatal(err)
	}
	script := `ip link set lo up && mount -t tmpfs policies /etc/chromium && mkdir -p /etc/chromium/policies/managed &&
		cp "$1" /etc/chromium/policies/managed/ && exec "$2" -test.run "^$3\$" -test.v`
	arguments := []string{"--mount", "--net"}
	if os.Geteuid() != 0 {
		arguments = append(arguments, "--user", "--map-root-user")
	}
	inner := exec.Command("unshare", append(arguments, "sh", "-c", script, "sh", policies, self, t.Name())...)
	inner.Env = append(os.Environ(), "KIOSK_TEST_ALONE=yes")
	out, err := inner.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

//go:build e2e

package ui_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/ui"
)

// frame is how long one picture stands on a screen of 60 Hz, in milliseconds.
const frame = 1000.0 / 60

// samples are so many that the slowest in a hundred is more than one.
const samples = 200

// painted resolves, with the time, when the frame that comes next was painted: what is
// posted within a frame is received when that frame is done.
const painted = `const painted = () => new Promise((done) => requestAnimationFrame(() => {
	const { port1, port2 } = new MessageChannel();
	port1.onmessage = () => done(performance.now());
	port2.postMessage(null);
}));`

// touches touches a key again and again and gives what each took. The two frames in
// between keep it below the Commands a second that the terminal takes.
const touches = `(async () => { %s
	const entry = document.getElementById("entry");
	const dots = () => entry.querySelectorAll(".typed").length;
	const counted = (before) => new Promise((done) => {
		const watch = new MutationObserver(() => { if (dots() !== before) { watch.disconnect(); done(); } });
		watch.observe(entry, { childList: true, subtree: true });
	});
	const took = [];
	while (took.length < 20) {
		const dot = counted(dots());
		const start = performance.now();
		document.querySelector('[data-key="A"]').dispatchEvent(new PointerEvent("pointerdown", { button: 0, bubbles: true }));
		%s
		took.push((await painted()) - start);
		await dot;
		await painted();
		await painted();
	}
	return took;
})()`

// BenchmarkKeyToPressed measures from the touch of a key until it looks pressed.
func BenchmarkKeyToPressed(b *testing.B) { touched(b, ``) }

// BenchmarkKeyToDot measures from the touch of a key, by way of the terminal's end of
// the line, until its dot is painted.
func BenchmarkKeyToDot(b *testing.B) { touched(b, `await dot;`) }

func touched(b *testing.B, until string) {
	k := startKiosk(b)
	view := fixture(b, "password-0.ja", 1)
	k.run(b, chromedp.EmulateViewport(1080, 1920))
	k.draw(b, view)
	defer k.count(view)()
	var all, took []float64
	for len(all) < samples {
		k.run(b, evaluate(fmt.Sprintf(touches, painted, until), &took))
		all = append(all, took...)
	}
	report(b, all)
}

// count counts the keys that come, as the terminal does, and begins anew when the entry
// is full.
func (k *kiosk) count(v ui.View) (stop func()) {
	ended, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		for {
			select {
			case <-k.commands:
				entry := *v.Entry
				entry.Typed = entry.Typed%entry.Max + 1
				v.Entry = &entry
				k.Show(v)
			case <-ended:
				return
			}
		}
	}()
	return func() { close(ended); <-over }
}

// turns lets it be asked when a page was painted, by the clock of the machine.
const turns = `(() => { %s
	const app = document.getElementById("app");
	const at = {};
	window.paintedAt = (page) => new Promise((tell) => {
		const look = () => (at[page] ? tell(at[page]) : requestAnimationFrame(look));
		look();
	});
	new MutationObserver(async () => { const page = app.dataset.page; at[page] = performance.timeOrigin + await painted(); })
		.observe(app, { attributeFilter: ["data-page"] });
	return Promise.resolve(null);
})()`

// BenchmarkViewToPaint measures from the terminal's giving a View until it is painted:
// whole screens, in turn the facts of a card and a keyboard.
func BenchmarkViewToPaint(b *testing.B) {
	k := startKiosk(b)
	k.run(b, chromedp.EmulateViewport(1080, 1920))
	views := []ui.View{fixture(b, "attributes.ja", 0), fixture(b, "password-0.ja", 0)}
	k.draw(b, views[1])
	k.run(b, evaluate[any](fmt.Sprintf(turns, painted), nil))
	var took []float64
	for i := range samples {
		v := views[i%len(views)]
		v.Page = uint64(i + 1)
		given := float64(time.Now().UnixMicro()) / 1000
		k.Show(v)
		var at float64
		k.run(b, evaluate(fmt.Sprintf(`window.paintedAt(%d)`, v.Page), &at))
		took = append(took, at-given)
	}
	report(b, took)
}

// BenchmarkStart measures the page from nothing: until something is painted, and what
// it weighs with all that it loads.
func BenchmarkStart(b *testing.B) {
	const start = `new Promise((done) => new PerformanceObserver((list) => {
		const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
		done([list.getEntriesByName("first-contentful-paint")[0].startTime, all.length, all.reduce((sum, e) => sum + e.encodedBodySize, 0)]);
	}).observe({ type: "paint", buffered: true }))`
	k := startKiosk(b)
	k.run(b, chromedp.EmulateViewport(1080, 1920))
	var took []float64
	var last []float64
	for page := range 10 {
		v := fixture(b, "welcome.ja", uint64(page+1))
		k.run(b, chromedp.Reload())
		k.draw(b, v)
		k.run(b, evaluate(start, &last))
		took = append(took, last[0])
	}
	report(b, took)
	b.ReportMetric(last[1], "files")
	b.ReportMetric(last[2], "bytes")
}

// report tells the middle and the slowest in a hundred, and how many frames that is.
func report(b *testing.B, took []float64) {
	slices.Sort(took)
	middle, slow := took[len(took)/2], took[len(took)*99/100]
	b.ReportMetric(0, "ns/op") // the time of a whole series says nothing
	b.ReportMetric(middle, "p50-ms")
	b.ReportMetric(slow, "p99-ms")
	b.ReportMetric(middle/frame, "p50-of-frame")
	b.ReportMetric(slow/frame, "p99-of-frame")
}

// TestE2ENothingShiftsWithinAScreen asks the browser itself: once a screen was painted,
// neither typing nor a countdown nor a picture that comes late moves anything. The bar
// of a screen that is busy moves on purpose, and stands still for who wants no motion.
func TestE2ENothingShiftsWithinAScreen(t *testing.T) {
	k := startKiosk(t)
	calm := emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}})
	k.run(t, chromedp.EmulateViewport(1080, 1920), calm, evaluate[any](fmt.Sprintf(`(() => { %s
		window.shifts = [];
		let from = Infinity;
		const app = document.getElementById("app");
		new MutationObserver(async () => { from = Infinity; from = await painted(); }).observe(app, { attributeFilter: ["data-page"] });
		const keep = (list) => { for (const e of list.getEntries()) if (e.startTime > from) shifts.push(app.dataset.screen + " " + e.value); };
		new PerformanceObserver(keep).observe({ type: "layout-shift" });
		return Promise.resolve(null);
	})()`, painted), nil))
	for page, names := range [][]string{
		{"password-0.ja", "password-5.ja", "password-9.ja", "password-time-left.ja"}, {"password-wrong.ja"}, {"attributes.ja"}, {"key-0.en", "key-7.en"},
		{"confirm-pictures.ja"}, {"printing.ja"}, {"take-slip.ja"}, {"goodbye.ja"},
	} {
		for _, name := range names {
			k.draw(t, fixture(t, name, uint64(page+1)))
			k.run(t, evaluate[any](settled, nil))
		}
	}
	var shifts []string
	k.run(t, chromedp.Evaluate(`window.shifts`, &shifts))
	if len(shifts) > 0 {
		t.Errorf("something moved: %q", shifts)
	}
}

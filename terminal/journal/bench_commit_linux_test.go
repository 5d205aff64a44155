package journal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// BenchmarkCommit takes sealed envelopes in, and after each writes and syncs one
// page twice to a plain file beside the journal, whose every byte was written
// before, since a commit is two syncs and cannot be less. What is reported is the
// ratio of the two times, of their least, their middle and their greatest: disks
// and machines differ, the ratio hardly does.
//
//	online   each is answered before the next comes, as on most days
//	backlog  none is answered, so the file grows
func BenchmarkCommit(b *testing.B) {
	for _, size := range []int{8 << 10, 16 << 10} {
		sealed := envelope(strings.Repeat("x", size*3/4))
		b.Run(fmt.Sprint("online-", size>>10, "K"), func(b *testing.B) {
			commits(b, sealed, func(j *journal.Journal, id protocol.ID) {
				must(b, j.BeginHandOver(id))
				must(b, j.EndHandOver(id, journal.Done))
				must(b, j.Settle(receipt(id, sealed, protocol.Accepted)))
			})
		})
		b.Run(fmt.Sprint("backlog-", size>>10, "K"), func(b *testing.B) {
			commits(b, sealed, func(j *journal.Journal, id protocol.ID) {
				must(b, j.BeginHandOver(id))
				must(b, j.EndHandOver(id, journal.Done))
			})
		})
	}
}

func commits(b *testing.B, sealed []byte, after func(*journal.Journal, protocol.ID)) {
	j, plain := newJournal(b), writtenFile(b)
	var committing, syncing, scattered []time.Duration
	var sum written
	for b.Loop() {
		before, id, begun := writtenSoFar(b), protocol.NewID(), time.Now()
		must(b, j.Commit(id, sealed, begun.UTC()))
		committing = append(committing, time.Since(begun))
		begun = time.Now()
		plain.syncTwice(b)
		syncing = append(syncing, time.Since(begun))
		b.StopTimer()
		now := writtenSoFar(b)
		one := written{now.writes - before.writes - 2, now.bytes - before.bytes - 2*plainPage}
		sum = written{sum.writes + one.writes, sum.bytes + one.bytes}
		begun = time.Now()
		plain.writeAsMuch(b, one)
		scattered = append(scattered, time.Since(begun))
		after(j, id)
		b.StartTimer()
	}
	for _, times := range [][]time.Duration{committing, syncing, scattered} {
		slices.Sort(times)
	}
	last := len(committing) - 1
	b.ReportMetric(float64(sum.writes)/float64(last+1), "writes")
	b.ReportMetric(float64(sum.bytes)/float64(last+1)/1024, "KiB")
	b.ReportMetric(float64(committing[last/2])/float64(scattered[last/2]), "x-as-much-raw")
	for at, name := range map[int]string{0: "x-least", last / 2: "x-middle", last: "x-greatest"} {
		b.ReportMetric(float64(committing[at])/float64(syncing[at]), name)
	}
	b.ReportMetric(float64(syncing[last/2].Microseconds()), "us-two-raw-syncs")
}

// BenchmarkSettle is how long one receipt takes when so many come together, as a
// ratio to two raw syncs in the same run.
func BenchmarkSettle(b *testing.B) {
	for _, together := range []int{1, 8, 64} {
		b.Run(map[int]string{1: "alone", 8: "8-together", 64: "64-together"}[together], func(b *testing.B) {
			settleTogether(b, together)
		})
	}
}

func settleTogether(b *testing.B, together int) {
	j, plain, body := newJournal(b), writtenFile(b), envelope("e")
	var settling, syncing time.Duration
	settled := 0
	for b.Loop() {
		b.StopTimer()
		var receipts []protocol.Receipt
		for range together {
			id := protocol.NewID()
			must(b, j.Commit(id, body, committed()))
			receipts = append(receipts, receipt(id, body, protocol.Accepted))
		}
		b.StartTimer()
		begun := time.Now()
		must(b, errors.Join(j.SettleAll(receipts)...))
		between := time.Now()
		plain.syncTwice(b)
		settling, syncing, settled = settling+between.Sub(begun), syncing+time.Since(between), settled+1
	}
	b.ReportMetric(float64(settling)/float64(syncing)/float64(together), "x-two-raw-syncs/receipt")
	b.ReportMetric(float64(together*settled)/settling.Seconds(), "receipts/s")
}

// plainFile is a file that grows no more.
type plainFile struct {
	*os.File
	next int64
}

const (
	plainPage  = 4 << 10
	plainPages = 256
)

func writtenFile(b *testing.B) *plainFile {
	file, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	must(b, err)
	b.Cleanup(func() { file.Close() })
	_, err = file.Write(make([]byte, plainPages*plainPage))
	must(b, err)
	must(b, file.Sync())
	return &plainFile{File: file}
}

// written is what this process has written to files and to the terminal.
type written struct{ writes, bytes int }

func writtenSoFar(b *testing.B) (w written) {
	text, err := os.ReadFile("/proc/self/io") // proc(5)
	must(b, err)
	for line := range strings.Lines(string(text)) {
		fmt.Sscanf(line, "wchar: %d", &w.bytes)
		fmt.Sscanf(line, "syscw: %d", &w.writes)
	}
	return w
}

// writeAsMuch does raw what a commit did: single pages far apart and the rest in one
// piece, a sync, one page, and a sync.
func (f *plainFile) writeAsMuch(b *testing.B, w written) {
	for page := range w.writes - 2 {
		_, err := f.WriteAt(make([]byte, plainPage), int64(page*7%128)*plainPage)
		must(b, err)
	}
	rest := max(plainPage, min(w.bytes-(w.writes-1)*plainPage, plainPages/2*plainPage))
	_, err := f.WriteAt(make([]byte, rest), plainPages/2*plainPage)
	must(b, err)
	must(b, syscall.Fdatasync(int(f.Fd())))
	_, err = f.WriteAt(make([]byte, plainPage), 0)
	must(b, err)
	must(b, syscall.Fdatasync(int(f.Fd())))
}

func (f *plainFile) syncTwice(b *testing.B) {
	for range 2 {
		f.next = (f.next + 1) % plainPages
		_, err := f.WriteAt(make([]byte, plainPage), f.next*plainPage)
		must(b, err)
		must(b, syscall.Fdatasync(int(f.Fd())))
	}
}

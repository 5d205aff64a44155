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
	var committing, syncing []time.Duration
	for b.Loop() {
		id, begun := protocol.NewID(), time.Now()
		must(b, j.Commit(id, sealed, begun.UTC()))
		between := time.Now()
		plain.syncTwice(b)
		committing, syncing = append(committing, between.Sub(begun)), append(syncing, time.Since(between))
		b.StopTimer()
		after(j, id)
		b.StartTimer()
	}
	slices.Sort(committing)
	slices.Sort(syncing)
	last := len(committing) - 1
	for at, name := range map[int]string{0: "x-least", last / 2: "x-middle", last: "x-greatest"} {
		b.ReportMetric(float64(committing[at])/float64(syncing[at]), name)
	}
	b.ReportMetric(float64(syncing[last/2].Microseconds()), "us-two-raw-syncs")
}

// BenchmarkSettle is how long one receipt takes when so many come together.
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

func (f *plainFile) syncTwice(b *testing.B) {
	for range 2 {
		f.next = (f.next + 1) % plainPages
		_, err := f.WriteAt(make([]byte, plainPage), f.next*plainPage)
		must(b, err)
		must(b, syscall.Fdatasync(int(f.Fd())))
	}
}

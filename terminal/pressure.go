package terminal

import (
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// Too much of something closes the terminal before a card is put in. It opens
// again only when there is clearly less of it: a measure that swings about its
// bound would else close it between one citizen and the next.
//
//	DISK-FULL   closes below 64 MiB free                       opens at 96 MiB
//	QUEUE-FULL  closes at the bundle's limit, or the journal's  opens at nine tenths of it
//	QUEUE-OLD   closes above the bundle's hours                opens at nine tenths of them
//	JRN-FULL    closes at nine tenths of what the journal's    opens at eight tenths
//	            file or its unsent bytes may come to
func (t *Terminal) pressure(b *protocol.Bundle) []complaint {
	p, err := t.Journal.Pressure()
	if err != nil {
		return []complaint{{catalogue.DiskFault, err}}
	}
	return t.full.look(p, b.Limits, t.Now())
}

// latches are the bounds that were reached and are not clearly left yet.
type latches map[catalogue.Code]bool

func (l *latches) look(p journal.Pressure, most protocol.Limits, now time.Time) (all []complaint) {
	count, mostCount := uint64(p.Unsent+p.Quarantined), uint64(max(0, min(most.MaxUnsent, p.MostUnsent)))
	var age time.Duration
	if !p.Oldest.IsZero() {
		age = now.Sub(p.Oldest)
	}
	hours := time.Duration(most.MaxUnsentHours) * time.Hour
	near := func(tenths uint64) bool {
		return p.File >= p.MostFile/10*tenths || p.Bytes >= p.MostBytes/10*tenths
	}
	for _, bound := range []struct {
		fault           catalogue.Code
		closes, remains bool
	}{
		{catalogue.DiskFull, p.DiskFree < leastDisk, p.DiskFree < leastDiskAgain},
		{catalogue.QueueFull, count >= mostCount, count*10 > mostCount*9},
		{catalogue.QueueOld, age > hours, age > hours/10*9},
		{catalogue.JournalFull, near(9), near(8)},
	} {
		if l.latch(bound.fault, bound.closes, bound.remains) {
			all = append(all, complaint{bound.fault, nil})
		}
	}
	return all
}

// latch reports whether the bound stands: it was reached now, or before and not
// left since.
func (l *latches) latch(fault catalogue.Code, closes, remains bool) bool {
	if *l == nil {
		*l = latches{}
	}
	(*l)[fault] = closes || (*l)[fault] && remains
	return (*l)[fault]
}

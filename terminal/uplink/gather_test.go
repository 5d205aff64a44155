package uplink_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// slowShelf is a shelf on a slow disk, which refuses one registration's receipts.
type slowShelf struct {
	*shelf
	disk    chan struct{} // each transaction waits for one of these
	refuses protocol.ID
	sizes   []int // of the transactions; read when none runs
}

func (s *slowShelf) SettleAll(receipts []protocol.Receipt) []error {
	<-s.disk
	s.sizes = append(s.sizes, len(receipts))
	errs := make([]error, len(receipts))
	for i, r := range receipts {
		if r.ID == s.refuses {
			errs[i] = errors.New("receipt is for another body")
		}
	}
	s.shelf.SettleAll(slices.DeleteFunc(slices.Clone(receipts), func(r protocol.Receipt) bool { return r.ID == s.refuses }))
	return errs
}

func TestReceiptsThatComeMeanwhileAreSettledTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		slow := &slowShelf{shelf: w.shelf, disk: make(chan struct{}), refuses: protocol.ID{4}}
		w.config.Journal = slow
		w.serve(func() {
			answers := map[protocol.ID]chan int{}
			for n := byte(1); n <= 6; n++ {
				id := protocol.ID{n}
				w.shelf.put(id, "registration", "envelope")
				answers[id] = make(chan int, 1)
				go func() {
					answers[id] <- w.postReceipt(id, "registration", string(w.platform.receipt(id, []byte("envelope"), protocol.Accepted)))
				}()
				synctest.Wait()
			}
			slow.disk <- struct{}{}
			synctest.Wait()
			if len(answers[protocol.ID{1}]) != 1 || len(answers[protocol.ID{2}]) != 0 {
				t.Error("the first receipt is not answered as soon as it is on disk, or another before it is")
			}
			slow.disk <- struct{}{}
			for id, answer := range answers {
				want := http.StatusNoContent
				if id == slow.refuses {
					want = http.StatusUnprocessableEntity
				}
				if got := <-answer; got != want {
					t.Errorf("receipt of %s: %d, want %d", id, got, want)
				}
			}
			if !slices.Equal(slow.sizes, []int{1, 5}) {
				t.Errorf("transactions took %v receipts, want 1 and then all others", slow.sizes)
			}
		})
	})
}

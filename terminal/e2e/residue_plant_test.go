//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"slices"

	"github.com/digital-watashi/kiosk/terminal/residue"
)

// findsWhatIsPlanted writes secrets into each kind of process, as if it had kept them,
// and makes sure that each is found there, once, and not when it is gone again.
func (l *laboratory) findsWhatIsPlanted() {
	l.T.Helper()
	for name, processes := range map[string][]residue.Process{"terminald": l.terminald(), "uplinkd": l.uplinkd(), "pcscd": pcscd()} {
		l.plants(name, processes)
	}
}

func (l *laboratory) plants(name string, processes []residue.Process) {
	l.T.Helper()
	secrets := l.oneOfEach()
	var text []byte
	for _, s := range secrets {
		text = append(append(text, s.Text...), 0)
	}
	undo, err := processes[0].Plant(text)
	if err != nil {
		l.T.Fatal(err)
	}
	planted := l.count(name, secrets, processes)
	if err := undo(); err != nil {
		l.T.Fatal(err)
	}
	gone := l.count(name, secrets, processes)
	for _, kind := range residue.Kinds() {
		if planted.Copies(kind) != 1 || gone.Copies(kind) != 0 {
			l.T.Errorf("a planted %s is found %d times in %s, and %d times when it is gone", kind, planted.Copies(kind), name, gone.Copies(kind))
		}
		l.planted += planted.Copies(kind)
	}
	l.report = append(l.report, fmt.Sprintf("%-10s planted and found: %s; after they were taken out: %s", name, planted.Whole(), gone.Whole()))
}

// oneOfEach is one secret of each kind that nothing holds yet.
func (l *laboratory) oneOfEach() (all []residue.Secret) {
	who := l.stranger()
	for l.grams.HasNumber(who.code) {
		who = l.stranger()
	}
	slip := residue.Secret{Kind: residue.Slip, Text: l.kanji(8)}
	for _, s := range append(who.secrets(), slip) {
		if !slices.ContainsFunc(all, func(before residue.Secret) bool { return before.Kind == s.Kind }) {
			all = append(all, s)
		}
	}
	return all
}

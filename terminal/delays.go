package terminal

import (
	"time"
)

// Every delay of the terminal stands here.
const (
	turnQuiet   = 70 * time.Second // the citizen's turn, until the warning
	turnWarning = 20 * time.Second // and from the warning to the end
	codeQuiet   = 100 * time.Second
	takeCard    = 15 * time.Second // "take your card and slip"
	readWhy     = 30 * time.Second // the reason of an early end
	callAgain   = 10 * time.Second // between two calls to somebody whose card lies there
	scanPause   = time.Second      // between two codes that are no key
	lightAgain  = 5 * time.Second
	listening   = 3 // times as long for whoever has the screen read to them
	// Between sessions, is all well? A printer that falls silent takes a second to
	// be found out, and shall be on the screen after two.
	checkEvery = 800 * time.Millisecond

	// A technician looks into the machine and reads its papers in between.
	maintenanceQuiet = 5 * time.Minute
	wipeGlass        = 30 * time.Second // cleaning
	tryWait          = 30 * time.Second // for a card, or a code
	tryGlow          = 6 * time.Second
	surveyEvery      = time.Second

	limitInspect = 4 * time.Second
	limitCard    = 20 * time.Second // one card effect: a certificate of 2 KiB at 9600 baud, or a slow signature
	limitPhoto   = 60 * time.Second // a card face of 32 KiB at 9600 baud
	limitQuery   = 5 * time.Second
	limitDeliver = 6 * time.Second
	limitPrint   = 2 * time.Minute // the longest slip, 170 KB, at 19200 baud
	limitEject   = 30 * time.Second
	limitLight   = 2 * time.Second
)

// Every count of the terminal stands here.
const (
	roundsOfWelcome  = 75 // checks until welcome is as for the next person
	mostCalls        = 6  // to somebody whose card lies there
	mostWrongKeys    = 5
	mostWrongScans   = 20 // codes that are no key, until the scanner is not listened to
	shortestPassword = 6
	longestPassword  = 16
	recentFaults     = 8        // that a technician is told of
	leastDisk        = 64 << 20 // bytes free below which no card is taken in
	leastDiskAgain   = 96 << 20 // bytes free above which one is again
)

// A wait ends in an event when nothing else happened before. A zero wait does
// not end: an effect that is bounded by itself will answer.
type wait struct {
	long time.Duration
	then Event
}

// patience is how long the terminal stays in a state.
func patience(s State) wait {
	switch s := s.(type) {
	case Welcome, OutOfService:
		return wait{checkEvery, TimeUp{}}
	case Maintenance:
		return s.patience()
	case Cleaning:
		return wait{wipeGlass, TimeUp{}}
	case TakingCard:
		return wait{s.unhurried(takeCard), TimeUp{}}
	case Stopped:
		return wait{s.unhurried(readWhy), TimeUp{}}
	case CallingBack:
		return wait{callAgain, TimeUp{}}
	case ShowingCode:
		return turn(s.Visit, codeQuiet)
	case AskingLastTry, AskingPassword, AskingAgain, ShowingAttributes, AskingLastPhotoTry, AskingFormat,
		AskingExpiry, AskingSecurityCode, EnteringKey, Confirming:
		return turn(s.visit(), turnQuiet)
	}
	return wait{}
}

func turn(v Visit, quiet time.Duration) wait {
	if v.Warned {
		return wait{turnWarning, TimeUp{}}
	}
	return wait{v.unhurried(quiet), TimeShort{}}
}

// unhurried gives whoever listens the time that listening takes.
func (v Visit) unhurried(d time.Duration) time.Duration {
	if v.Ease.Voice {
		return listening * d
	}
	return d
}

// limit bounds an effect.
func limit(e Effect) time.Duration {
	switch e.(type) {
	case Inspect:
		return limitInspect
	case ReadPhoto:
		return limitPhoto
	case QueryKey:
		return limitQuery
	case Deliver:
		return limitDeliver
	case Print, PrintTest:
		return limitPrint
	case ReleaseCard:
		return limitEject
	}
	return limitCard
}

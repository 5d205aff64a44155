// Package haltest is a world of devices that do not exist: My Number cards that
// behave, readers to put them into, a printer, a scanner, sensors and lights,
// transcripts of what went over the line, and conformance suites for whoever brings
// a device of their own.
//
// A Card has applications, files, access conditions and counters, and signs with
// real keys under certificates of an invented authority, so that everything above
// hal.Card is the code that ships. It can be broken on purpose: taken out at any
// command, slow, cut short, blocked, or another card altogether.
//
// # Conformance suites
//
// Whoever brings a device holds its driver to what the seam promises, from a test of
// their own module. Each suite takes a fixture: the driver, and hands as functions,
// which a virtual device has for free, and a test bench as a robot or as a person
// who is asked to.
//
//	TestCard     a card in its reader: status words, long answers, removal
//	TestReader   visits, removal, power-down after each, one visit for one insertion, a card left behind
//	TestEjector  a motorised reader: a card handed back, a card drawn into the bin
//	TestPort     a line of bytes: silence in bounded time, all bytes, a line that is gone
//	TestPrinter  a printer of slips: status, paper, what is printed and known to be
//	TestScanner  codes whole or not at all, hostile ones dropped, the text overwritten
//	TestSensors  what they say now and at each change, also what happened unwatched
//	TestLights   every way for every light to glow, and lights that are gone
//	TestVoice    what is said in which language, broken off at once, loud and soft
//
// The module in testdata/outside is such a driver, with its tests, to begin from.
//
// # Virtual devices
//
// The package imports nothing of ours but hal. It shares no code with the
// drivers, or it would share their mistakes.
//
// The people, numbers and keys in here are invented. The keys are public: nothing
// they sign may be trusted outside of a test.
package haltest

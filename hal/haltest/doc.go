// Package haltest is a world of devices that do not exist: My Number cards that
// behave, a reader to put them into, transcripts of what went over the line, and
// conformance suites for whoever brings a device of their own.
//
// A Card has applications, files, access conditions and counters, and signs with
// real keys under certificates of an invented authority, so that everything above
// hal.Card is the code that ships. It can be broken on purpose: taken out at any
// command, slow, cut short, blocked, or another card altogether.
//
// The package imports nothing of ours but hal. It shares no code with the
// drivers, or it would share their mistakes.
//
// The people, numbers and keys in here are invented. The keys are public: nothing
// they sign may be trusted outside of a test.
package haltest

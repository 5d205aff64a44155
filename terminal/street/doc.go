// Package street is what the tests of the shipped programs share: one terminal with
// all that stands round it. A street is founded as an operator founds one, by the
// programs in bin/: a platform, a token, provisioning, terminald and uplinkd, with a
// virtual printer and a virtual card at their ends.
//
//	New       the way of a first installation
//	Program   one that runs, ends, is killed and started anew, with a clock that can be set
//	Screen    the citizen's screen without a browser, and Hands that touch it
//	Phone     the citizen's app, by the platform's own protocol
//	Ask       what the status socket tells a technician
//	Court     whether terminal, platform and citizens agree in the end
//	Secrets   what nobody may find, and where it was looked for
//
// It is for tests only. They run in a network of their own, with pcscd, in
// hal/haltest/pcscdtest.
package street

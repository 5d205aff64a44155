// Package pcscdtest runs a test inside a world of its own: private network, mount
// and process namespaces with a real pcscd that has virtual readers and nothing
// else. A virtual card, the drivers that ship and other people's tools meet there
// over real PC/SC, and no real reader and no other pcscd is touched.
//
//	Within   vpcd as it comes: two readers that stay
//	OnBus    readers that are plugged in and out, fail, and have habits; a pcscd that dies
//	Swiftly  one reader whose cards pcscd knows of within milliseconds
//	Insert   puts a card in, and takes it out, as pcscd sees it
//
// It needs Linux, unshare and ip, and the Debian packages pcscd and
// vsmartcard-vpcd; OnBus and Swiftly also cc and libpcsclite-dev. It works as root, and for
// others where unprivileged user namespaces are allowed.
package pcscdtest

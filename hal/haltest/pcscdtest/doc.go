// Package pcscdtest runs a test inside a world of its own: private network, mount
// and process namespaces with a real pcscd that has the virtual reader vpcd and
// nothing else. A virtual card, the drivers that ship and other people's tools meet
// there over real PC/SC, and no real reader and no other pcscd is touched.
//
// It needs Linux, unshare and ip, and the Debian packages pcscd and
// vsmartcard-vpcd. It works as root, and for others where unprivileged user
// namespaces are allowed.
package pcscdtest

// Package e2e walks registrations through the programs that ship: terminald and
// uplinkd against pcscd with the virtual card, a virtual printer, platformd over
// mutual TLS, and Chromium on the screen, in a network of their own.
//
// The tests carry the build tag e2e, and take the programs from bin/.
package e2e

// Package console is how a command talks with the person who runs it: what it prints in
// facts and lines, in colour and broken between words where a terminal shows it, and what
// it asks, echoed or hidden. It knows nothing of machines.
package console

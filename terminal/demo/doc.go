// Command demo runs the whole house in one process: the platform, a terminal,
// and virtual devices in its place of card reader and printer. It is for
// `make run` and for building the screen; it ships nowhere.
//
// Three pages are served on loopback. The terminal is the citizen's screen. The
// workbench plays the citizen's hands, and whoever opens the machine: it puts cards
// in and pulls them, holds the phone to the scanner, takes the paper away, cuts the
// network, forces the door, and shows guide lights, slips and journal. The phone
// plays the app: its key is made in the browser, and its requests are passed to the
// platform as they are.
package main

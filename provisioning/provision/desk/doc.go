// Package desk is where one command of the technician works: the machine with its devices
// and its configuration, the terminald that may run on it, who asked, and how the answer
// is given. It decides nothing.
package desk

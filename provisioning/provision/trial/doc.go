// Package trial tries what is plugged into a machine and says in words how it is: which
// devices there are (List), whether each does its work and what to do if not (Check), what
// they tell as it happens (Watch), whether the printer prints (PrintTestSlip), and what a
// My Number card is and whether it can be trusted (ReadCard).
//
// Devices are opened as the terminal opens them; while terminald runs, which holds them,
// it is asked. Each gives a report for people and for programs, and an error that is one
// of those named here or of a driver. No attribute of a card's holder is told whole, a
// PIN is tried once, and the face photo is kept nowhere.
package trial

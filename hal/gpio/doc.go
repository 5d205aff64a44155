// Package gpio is hal.Sensors and hal.Lights over the lines of a GPIO chip, through
// Linux's character device (/dev/gpiochip0; Linux 5.10 or later).
//
// # How sensors are wired
//
// Each switch is a loop that is closed while all is well: the tamper switch while
// nobody forces the machine, the door switch while the door is shut, the operator's
// key switch while it stands at run, the switch in a headset's jack while nothing is in
// it (its normally closed contact, not one that carries sound). A loop that is open is active, whatever opened
// it, so that a wire that is cut or pulled out is an alarm and not silence.
//
//	ActiveLow  loop between         bias       loop closed  loop open or cut
//	false      the line and ground  pull-up    low          high: active
//	true       the line and supply  pull-down  high         low: active
//
// The first row is the usual one. The bias is asked of the chip; one that has none
// needs resistors of its own. Contacts bounce, so a level counts once it has stood
// for 30 ms: the kernel sees to that where the chip interrupts the processor itself.
// Of a chip on USB or I2C, and of one that has no interrupts, it gives no edges free
// from bounces, so its lines are read a hundred times a second instead.
//
// # How lights are wired
//
// A line drives a light through a transistor or a relay: high is lit, or low is with
// ActiveLow.
//
// # What can go wrong
//
// Chip may be a link that udev makes, since chips are numbered as they are found. One
// that is not there, that another program holds the lines of, or that goes away, is
// told as hal.NoDevice, hal.DeviceBusy or hal.HardwareError and tried again.
//
// # Testing on a chip
//
// A chip on USB is met on a kernel in a virtual machine (kernel_e2e_test.go). One
// that interrupts the processor itself needs a kernel with gpio-sim, and root
// (hardware_test.go):
//
//	modprobe gpio-sim && go test -tags gpio ./hal/gpio
package gpio

// Package kerneltest runs a test on a real Linux kernel: a virtual machine with the
// kernel that Debian ships, in which the test binary is all there is. Devices that
// the machine at hand has not got, and that no test should touch if it had, are
// plugged in there through the kernel's own doors for that:
//
//	Within    the test runs itself anew, in the machine
//	Board     a GPIO chip: a CP2112 USB bridge of the kernel's driver hid-cp2112,
//	          whose other side, the HID reports of the chip, is played over /dev/uhid
//	Keyboard  an input device over /dev/uinput, as a scanner that types
//
// So what is tested goes through the whole of the kernel: character devices, edges,
// grabs, and what becomes of them when a device is pulled out. What the kernel does
// not have here is the electricity.
//
// It needs Linux on amd64, the Debian package qemu-system-x86, and the kernel that
// packaging/install-test-tools unpacks. The machine is emulated, on
// a clock of its own that runs as fast as the test lets it: what sleeps is not waited
// for. WATASHI_KERNELTEST_ACCEL=kvm is another way to run it, by the clock on the wall.
package kerneltest

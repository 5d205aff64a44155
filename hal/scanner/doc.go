// Package scanner is hal.Scanner over what bar code scanners are at a computer: a
// byte line, or a keyboard that nobody else may read.
//
// A byte line is the better one. Set the scanner to USB COM emulation (CDC-ACM) or
// RS-232, suffix CR, no prefix; name the line by its link in /dev/serial/by-id.
// Each code ends with CR, LF or both.
//
// A keyboard is what scanners are when they leave the factory. It is grabbed, so
// that its keys reach no window, and not read at all if it cannot be. Set it to the
// US layout, suffix Enter or Tab, no function-key mapping; name it by its link in
// /dev/input/by-id that ends in -event-kbd. It works on Linux only. The grab ends
// with the program: let udev set LIBINPUT_IGNORE_DEVICE=1 on the device as well, or
// its keys reach the window in front while nobody grabs it.
//
// Anybody can hold anything to a scanner, so a code that is longer than hal.MaxScan
// or holds a control character is dropped whole, up to the mark that ends it. Half a
// code is forgotten after half a second. What was read is kept in one buffer of
// fixed size, which is wiped after each code.
//
// A scanner that goes away is looked for until it is back.
package scanner

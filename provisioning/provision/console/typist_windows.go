package console

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// discardTyped forgets what was typed and not read yet.
func discardTyped(keyboard *os.File) {
	_ = windows.FlushConsoleInputBuffer(windows.Handle(keyboard.Fd())) // what stays is read as an answer
}

// hideTyping has the console show nothing of what is typed, until restore.
func hideTyping(keyboard *os.File) (restore func(), err error) {
	console := windows.Handle(keyboard.Fd())
	var before uint32
	if err := windows.GetConsoleMode(console, &before); err != nil {
		return nil, fmt.Errorf("asking the console how it is set: %w", err)
	}
	const whole = windows.ENABLE_PROCESSED_INPUT | windows.ENABLE_LINE_INPUT
	if err := windows.SetConsoleMode(console, before&^windows.ENABLE_ECHO_INPUT|whole); err != nil {
		return nil, fmt.Errorf("hiding what is typed: %w", err)
	}
	return func() { _ = windows.SetConsoleMode(console, before) }, nil // there is nothing else to try
}

// Package service is what the terminal's two services have in common as
// programs: their command line, their configuration file, and how they are
// started, watched and ended by systemd, the Windows service manager or a shell.
package service

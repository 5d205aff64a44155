//go:build !unix

package speech

import "os/exec"

// apart leaves it at killing the command itself: there are no process groups here.
func apart(*exec.Cmd) {}

//go:build !unix && !windows

package provisioning

import (
	"io/fs"
	"os"
)

// privately is how a private key has to lie.
const privately = "its mode must be 0600"

// private is false: nobody knows who else may read here.
func private(*os.File, fs.FileInfo) bool { return false }

// closeDir has nothing to do: the mode that a folder is made with closes it.
func closeDir(string) error { return nil }

// inheritOwner does nothing: nobody knows of owners here.
func inheritOwner(*os.File, string) error { return nil }

// syncDir does nothing: a folder cannot be opened for that.
func syncDir(string) error { return nil }

//go:build !unix

package provisioning

import (
	"io/fs"
	"os"
)

// private is true: elsewhere a folder's access control list keeps others out,
// and mode bits say nothing.
func private(fs.FileInfo) bool { return true }

// inheritOwner does nothing: access is inherited from the folder anyway.
func inheritOwner(*os.File, string) error { return nil }

// syncDir does nothing: a folder cannot be opened for that, and NTFS journals
// renames.
func syncDir(string) error { return nil }

package platform

// syncFolder has nothing to do: NTFS journals names, and a folder cannot be
// flushed.
func syncFolder(string) error { return nil }

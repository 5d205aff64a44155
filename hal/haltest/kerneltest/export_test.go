package kerneltest

// Packed is an archive of these files, by their paths.
func Packed(files map[string]string, order ...string) []byte {
	a := newArchive()
	for _, path := range order {
		a.add(path, 0o644, []byte(files[path]))
	}
	return a.bytes()
}

package fleet

// Older is older.
func Older(a, b string) bool { return older(a, b) }

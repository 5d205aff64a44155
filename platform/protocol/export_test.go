package protocol

// StrictJSON is strictJSON, for its fuzz target.
func StrictJSON(b []byte) error { return strictJSON(b) }

package residue

// CopyOf is a copy of a memory that has nothing else.
func CopyOf(text []byte) Copy { return Copy{{text, 0, len(text)}} }

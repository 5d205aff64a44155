package console

// First is the label of the first line only; the others stand under it.
func First(i int, label string) string {
	if i == 0 {
		return label
	}
	return ""
}

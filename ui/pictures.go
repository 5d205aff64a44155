package ui

// Pictures are the illustrations a View may name in Picture. Each is drawn in
// web/illustrations.
func Pictures() []string {
	return []string{
		"insert-card", "keep-card", "take-card", "take-both", "wait", "printer", "password-kinds", "year-kinds", "era-card",
		"western-card", "expiry-year", "security-code", "phone", "scan-key", "hand", "warning", "done",
		"cleaning", "closed",
	}
}

// MatchPictures are the pictures a Match may name, which the app shows as well.
// Each is drawn in web/pictures.
func MatchPictures() []string {
	return []string{
		"sun", "moon", "star", "cloud", "umbrella", "tree", "flower", "leaf", "fish", "bird", "cat", "dog",
		"rabbit", "turtle", "apple", "cherry", "car", "train", "bicycle", "ship", "house", "bell", "book", "cup",
	}
}

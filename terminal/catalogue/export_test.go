package catalogue

// Fill fills a text that no key names, as a text of that language is filled.
func Fill(lang, text string, args ...Arg) string { return in(lang).fill(text, args) }

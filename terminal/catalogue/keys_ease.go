package catalogue

// How the screen looks and sounds, for the citizen to choose.
const (
	EaseMenu     Key = "ease.menu"
	EaseTitle    Key = "ease.title"
	EaseContrast Key = "ease.contrast"
	EaseLarge    Key = "ease.large"
	EaseLow      Key = "ease.low"
	EaseVoice    Key = "ease.voice"
	EaseCover    Key = "ease.cover"
	EaseMixed    Key = "ease.mixed"
	EaseOn       Key = "ease.on"
	EaseOff      Key = "ease.off"
	EaseBack     Key = "ease.back"
	LanguageMenu Key = "language.menu"
)

// What the screen hides until it is held.
const (
	HiddenText Key = "hidden.text"
	HiddenShow Key = "hidden.show"
)

// PasswordOther says which passwords are not meant.
const PasswordOther Key = "password.other"

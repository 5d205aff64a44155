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

// What only the voice says.
const (
	VoiceOn      Key = "voice.on"
	VoiceChoice  Key = "voice.choice"
	VoiceAgain   Key = "voice.again"
	VoiceTyped   Key = "voice.typed"
	VoiceErased  Key = "voice.erased"
	VoiceEmpty   Key = "voice.empty"
	VoiceMasked  Key = "voice.masked"
	VoiceWait    Key = "voice.wait"
	VoiceSeconds Key = "voice.seconds"
)

// What was left behind, and which password is meant.
const (
	StillHereTitle Key = "still-here.title"
	StillHereText  Key = "still-here.text"
	PasswordOther  Key = "password.other"
)

// Choice fills {choice}: the label of a button.
func Choice(label string) Arg { return word("choice", label) }

// Press fills {press}: a key of the handset.
func Press(key string) Arg { return word("press", key) }

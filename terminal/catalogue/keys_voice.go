package catalogue

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

	// Of the handset: what its keys are called, and what they do.
	VoiceKeyDelete Key = "voice.key-delete"
	VoiceKeyNext   Key = "voice.key-next"
	VoiceKeyOther  Key = "voice.key-other" // of a choice, while there is something to type
	VoiceTaps      Key = "voice.taps"
	VoiceDetails   Key = "voice.details"
	VoiceVolume    Key = "voice.volume"
	VoiceHold      Key = "voice.hold"
)

// What was left behind.
const (
	StillHereTitle Key = "still-here.title"
	StillHereText  Key = "still-here.text"
)

// Choice fills {choice}: the label of a button.
func Choice(label string) Arg { return word("choice", label) }

// Press fills {press}: a key of the handset.
func Press(key string) Arg { return word("press", key) }

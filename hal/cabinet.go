package hal

import "context"

// Scanner reads bar codes, as the QR code on a phone.
type Scanner interface {
	// Serve calls scanned for each code read, one at a time, until ctx ends, and
	// then returns the context's cause. A scanner that goes away is waited for, not
	// returned. The text is hostile: anybody can hold anything to a scanner. It is
	// at most MaxScan bytes, without the mark that ends it, and is overwritten when
	// scanned returns. What is longer, or holds a control character, is dropped
	// whole.
	Serve(ctx context.Context, scanned func(text []byte)) error
}

// MaxScan is the most bytes of a code that a Scanner passes on: a provisioning token
// has some 200, and more with a long host.
const MaxScan = 512

// Sensors are the switches and detectors of a cabinet.
type Sensors interface {
	// Serve calls changed with what they say now, and again at each change, until
	// ctx ends, and then returns the context's cause. Sensors that cannot be read
	// are told as such and waited for, not returned.
	Serve(ctx context.Context, changed func(Auxiliaries)) error
}

// Auxiliaries is what the sensors say, in the words of XFS4IoT
// (Auxiliaries.Status). The zero value is a cabinet without sensors.
type Auxiliaries struct {
	// Device is whether they can be read; empty where there are none.
	Device State
	// Tamper: somebody opens the machine by force (tamperSensor on).
	Tamper bool
	// Door is the cabinet door; empty where it has no switch.
	Door Door
	// Switch is the operator switch; empty where there is none.
	Switch OperatorSwitch
	// Headset is the jack of the voice (enhancedAudioSensor); empty where it has no
	// switch.
	Headset Headset
}

// Door is how a cabinet door stands, in the words of XFS4IoT.
type Door string

// The doors that are told apart.
const (
	DoorClosed Door = "closed"
	DoorOpen   Door = "open"
)

// OperatorSwitch is how the key switch of the operator stands, in the words of
// XFS4IoT.
type OperatorSwitch string

// The positions that are told apart.
const (
	SwitchRun         OperatorSwitch = "run"
	SwitchMaintenance OperatorSwitch = "maintenance"
)

// Headset is whether anything is in the jack of the voice, in the words of XFS4IoT.
type Headset string

// The jacks that are told apart.
const (
	HeadsetPresent    Headset = "present"
	HeadsetNotPresent Headset = "notPresent"
)

// Lights are the guide lights, which show where to look next.
type Lights interface {
	// Light makes them glow so, from now on. It returns once they do, or says why
	// they do not.
	Light(ctx context.Context, g GuideLights) error
}

// GuideLights are all lights at one moment; the zero value is dark.
type GuideLights struct {
	CardReader     Glow
	ReceiptPrinter Glow
	Scanner        Glow
}

// Glow is how a light glows, in the words of XFS4IoT (Lights, flashRate).
type Glow string

// The ways to glow. Slow flashes once a second, never faster than three times,
// WCAG 2.2, 2.3.1.
const (
	GlowOff        Glow = ""
	GlowSlow       Glow = "slow"
	GlowContinuous Glow = "continuous"
)

package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// What helps a voice that does not speak.
const (
	engineRemedy = "apt install espeak-ng kakasi alsa-utils, or name other programs in voice.engines. Until then nobody is read to in these languages."
	playerRemedy = "Plug the headset jack's sound card in, and check voice.device in the configuration (aplay -L lists them), or voice.player."
)

// tryVoice looks for the programs that speak, and has silence played.
func tryVoice(ctx context.Context, d *desk.Desk) Finding {
	voice := d.Machine.OpenVoice()
	f := judgeVoice(voice)
	player, plays := voice.(interface{ Try(context.Context) error })
	if !plays || f.Word == None || f.State == hal.NoDevice {
		return f
	}
	if err := player.Try(ctx); err != nil {
		return Finding{Device: "voice", Word: Attention, State: hal.HardwareError, Cause: desk.OneLine(err), Remedy: playerRemedy}
	}
	return f
}

// judgeVoice judges in which languages the machine can speak. It touches no jack:
// terminald may speak at this moment. It is never a fault, as a terminal without a
// voice serves those who see.
func judgeVoice(v hal.Voice) Finding {
	const device = "voice"
	if v == nil {
		return Finding{Device: device, Word: None}
	}
	var mute, why []string
	all := catalogue.Languages()
	for _, l := range all {
		if err := v.Speaks(l.Tag); err != nil {
			mute = append(mute, l.Tag)
			why = append(why, desk.OneLine(reason(err)))
		}
	}
	f := Finding{Device: device, Word: OK, State: hal.Online, Note: "speaks " + console.Plural(len(all), "language")}
	if len(mute) == 0 {
		return f
	}
	slices.Sort(why)
	cause := fmt.Sprintf("silent in %s: %s", strings.Join(mute, ", "), strings.Join(slices.Compact(why), "; "))
	f = Finding{Device: device, Word: Attention, State: hal.Online, Cause: cause, Remedy: engineRemedy}
	if len(mute) == len(all) {
		f.State = hal.NoDevice
	}
	return f
}

// reason is an error without the language that it begins with.
func reason(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

func voiceText(v devices.Voice) string {
	switch {
	case v.Device != "":
		return v.Kind + " on " + v.Device
	case len(v.Player) > 0:
		return v.Kind + " by " + v.Player[0]
	}
	return v.Kind
}

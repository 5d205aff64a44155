package main

// devicesGroup are the commands that try devices.
func devicesGroup() group {
	return group{
		name: "device", about: "try this machine's devices", commands: deviceCommands(),
		exits: func(code int) bool { return code >= exitConfig && code <= exitTampering },
	}
}

func deviceCommands() []command {
	return []command{
		{"list", "", "name the devices of this machine", listHelp, "", runList, "watashi-provision device list"},
		{"check", "", "try reader, printer, scanner, sensors and voice", checkHelp, "", runCheck, "watashi-provision device check"},
		{"card read", "", "read a My Number card and judge it", cardReadHelp, cardReadFlags, runCardRead, "watashi-provision device card read --pin-stdin"},
		{"slip print", "", "print a test slip", slipHelp, slipFlags, runSlipPrint, "watashi-provision device slip print"},
		{"watch", "", "tell what changes, as it changes", watchHelp, watchFlags, runWatch, "watashi-provision device watch --for 5m"},
		{"tamper clear", "", "end a tamper alarm", tamperHelp, "", runTamperClear, "watashi-provision device tamper clear"},
	}
}

package main

// chromium is the browser and its flags. What must not be possible stands in the managed
// policies (/etc/chromium/policies/managed/watashi.json); the flags are about how it looks,
// and what it need not do.
//
// There is no --kiosk: that asks for the whole screen before the window is there, which
// cage 0.1.4 answers with a size of nothing, and of that Chromium dies. cage gives its one
// window the whole screen in any case, and its -d takes the window's frame away.
func chromium() []string {
	return []string{
		"/usr/bin/chromium",
		"--ozone-platform=wayland",
		"--touch-events=enabled",
		"--disable-pinch",
		"--overscroll-history-navigation=0",
		"--no-first-run",
		"--noerrdialogs",
		"--hide-crash-restore-bubble",
		"--disable-infobars",
		"--deny-permission-prompts",
		"--disable-background-networking",
		"--disable-breakpad",
		"--disable-component-update",
		"--disable-default-apps",
		"--disable-domain-reliability",
		"--disable-extensions",
		"--disable-field-trial-config",
		"--disable-notifications",
		"--disable-prompt-on-repost",
		"--disable-sync",
		"--metrics-recording-only",
		"--password-store=basic",
		"--disk-cache-dir=/dev/null",
		"--disk-cache-size=1",
		"--check-for-update-interval=31536000",
		"--disable-features=Translate,MediaRouter,TouchpadOverscrollHistoryNavigation,OverscrollHistoryNavigation,HardwareMediaKeyHandling,LongPressLinkSelectText",
	}
}

// arguments are those that change with each start.
func arguments(profile, first string) []string {
	return []string{"--user-data-dir=" + profile, "--app=" + first}
}

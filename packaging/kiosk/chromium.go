package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// chromium is the browser and its flags. What must not be possible stands in the managed
// policies (/etc/chromium/policies/managed/watashi.json); the flags are about how it looks,
// and what it need not do.
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
	w, h := largest("/sys/class/drm")
	return []string{"--user-data-dir=" + profile, fmt.Sprintf("--window-size=%d,%d", w, h), "--app=" + first}
}

// The window is as large as the screen from the first moment: cage 0.1.4 shows no more of
// one that grows than it had at first. Where the screen's size is not known it is
// larger than most; the compositor cuts it back.
const unknown = 1920

// largest is the size of the largest screen that is connected.
func largest(cards string) (width, height int) {
	outputs, _ := filepath.Glob(filepath.Join(cards, "card*-*", "modes"))
	for _, modes := range outputs {
		status, _ := os.ReadFile(filepath.Join(filepath.Dir(modes), "status"))
		all, _ := os.ReadFile(modes)
		var w, h int
		// The first is the one that the screen prefers.
		if _, err := fmt.Sscanf(string(all), "%dx%d", &w, &h); err == nil && strings.TrimSpace(string(status)) == "connected" {
			width, height = max(width, w), max(height, h)
		}
	}
	if width == 0 || height == 0 {
		return unknown, unknown
	}
	return width, height
}

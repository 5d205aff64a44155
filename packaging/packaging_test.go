package packaging_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// installed are the folders whose every file some package brings.
var installed = []string{"apparmor", "lintian", "logind", "polkit", "scripts", "sysctl", "system", "systemd", "sysusers", "tmpfiles", "udev", "kiosk/policies"}

func TestEveryFileIsInAPackage(t *testing.T) {
	recipes := contents(t, "nfpm/*.yaml")
	for _, folder := range installed {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			named := strings.Contains(recipes, "packaging/"+path)
			whole := strings.Contains(recipes, "packaging/"+filepath.Dir(path)+"/,")
			if !named && !whole {
				t.Errorf("no package brings %s", path)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPackagesBringOnlyWhatIsThere(t *testing.T) {
	sources := regexp.MustCompile(`(?:src|postinstall|preremove|postremove): "?([^",}\n]+)`).FindAllStringSubmatch(contents(t, "nfpm/*.yaml"), -1)
	for _, source := range sources {
		path := strings.TrimSpace(source[1])
		if strings.HasPrefix(path, "${ROOT") {
			continue
		}
		if _, err := os.Stat(filepath.Join("..", path)); err != nil {
			t.Error(err)
		}
	}
	if len(sources) == 0 {
		t.Error("the packages bring nothing")
	}
}

func TestPoliciesCloseTheBrowser(t *testing.T) {
	policies := policies(t)
	for name, want := range map[string]any{
		"AllowFileSelectionDialogs":       false,
		"AudioCaptureAllowed":             false,
		"BrowserSignin":                   0.,
		"DefaultGeolocationSetting":       2.,
		"DefaultPopupsSetting":            2.,
		"DefaultSerialGuardSetting":       2.,
		"DefaultWebHidGuardSetting":       2.,
		"DefaultWebUsbGuardSetting":       2.,
		"DeveloperToolsAvailability":      2.,
		"DownloadRestrictions":            3.,
		"ForceEphemeralProfiles":          true,
		"PasswordManagerEnabled":          false,
		"PrintingEnabled":                 false,
		"RemoteDebuggingAllowed":          false,
		"SyncDisabled":                    true,
		"TaskManagerEndProcessEnabled":    false,
		"VideoCaptureAllowed":             false,
		"DefaultWebBluetoothGuardSetting": 2.,
	} {
		if policies[name] != want {
			t.Errorf("%s is %v, want %v", name, policies[name], want)
		}
	}
	blocked, _ := policies["URLBlocklist"].([]any)
	for _, address := range []any{"*", "file://*", "chrome://*", "view-source:*"} {
		if !slices.Contains(blocked, address) {
			t.Errorf("%v is not blocked", address)
		}
	}
	allowed, _ := policies["URLAllowlist"].([]any)
	for _, address := range allowed {
		if text, _ := address.(string); !strings.HasPrefix(text, "http://127.0.0.1:") {
			t.Errorf("%v is allowed", address)
		}
	}
}

func TestNoFlagOpensTheBrowser(t *testing.T) {
	flags := contents(t, "kiosk/chromium.go")
	for _, open := range []string{"no-sandbox", "remote-debugging", "disable-web-security", "allow-running-insecure", "load-extension", "disable-site-isolation", "enable-automation"} {
		if strings.Contains(flags, open) {
			t.Errorf("the browser is started with %s", open)
		}
	}
	if unit := contents(t, "systemd/watashi-kiosk.service"); regexp.MustCompile(`(?m)^ExecStart=\S*cage .*-s`).MatchString(unit) {
		t.Error("the compositor switches terminals")
	}
}

// A unit and its profile, its user and its folder have one name each; a slip of the pen
// would leave a service without its wall.
func TestUnitsNameWhatIsThere(t *testing.T) {
	users := contents(t, "sysusers/*.conf")
	for _, unit := range []string{"terminald", "uplinkd", "platformd", "kiosk"} {
		text := contents(t, "systemd/watashi-"+unit+".service")
		user := regexp.MustCompile(`(?m)^User=(\S+)`).FindStringSubmatch(text)
		if len(user) != 2 || !strings.Contains(users, "u "+user[1]+" ") {
			t.Errorf("watashi-%s runs as %v, whom sysusers does not make", unit, user)
		}
		for _, profile := range regexp.MustCompile(`(?m)^AppArmorProfile=-(\S+)`).FindAllStringSubmatch(text, -1) {
			if !strings.Contains(contents(t, "apparmor/"+profile[1]), "profile "+profile[1]+" ") {
				t.Errorf("watashi-%s has the profile %s, which is not there", unit, profile[1])
			}
		}
		for _, want := range []string{"Restart=always", "RestartSec=2s", "LimitCORE=0", "MemorySwapMax=0"} {
			if !strings.Contains(text, "\n"+want+"\n") {
				t.Errorf("watashi-%s has no %s", unit, want)
			}
		}
	}
}

func policies(t *testing.T) (all map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(contents(t, "kiosk/policies/watashi.json")), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// contents are all files that a pattern names, which must name some.
func contents(t *testing.T, pattern string) string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: no such file, %v", pattern, err)
	}
	var all strings.Builder
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	return all.String()
}

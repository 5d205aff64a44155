package socket_test

import (
	"os/user"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

func TestAServiceIsKnownBeforeItIsInstalled(t *testing.T) {
	const installer = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464" // on every Windows
	if got := socket.ServiceSID("TrustedInstaller"); got != installer {
		t.Errorf("the service is %s, want %s", got, installer)
	}
}

func TestUsersAreFoundByNameOrNumber(t *testing.T) {
	if users, err := socket.Find(socket.Me()); err != nil || !slices.Equal(users, socket.Me()) {
		t.Errorf("this user is %v, %v, want %v", users, err, socket.Me())
	}
	if me, err := user.Current(); err != nil {
		t.Error(err)
	} else if users, err := socket.Find([]string{me.Username}); err != nil || !slices.Equal(users, socket.Me()) {
		t.Errorf("%s is %v, %v, want %v", me.Username, users, err, socket.Me())
	}
	for _, bad := range []string{"", "nobody is called that", "-1", "4294967296"} {
		if users, err := socket.Find([]string{bad}); err == nil {
			t.Errorf("%q is user %v", bad, users)
		}
	}
}

package provisioning

import (
	"io/fs"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// private reports whether the file's access list lets nobody in but its owner,
// this process, the system, administrators and services. Mode bits say nothing
// here.
func private(f *os.File, _ fs.FileInfo) bool {
	const asked = windows.OWNER_SECURITY_INFORMATION | windows.DACL_SECURITY_INFORMATION
	d, err := windows.GetSecurityInfo(windows.Handle(f.Fd()), windows.SE_FILE_OBJECT, asked)
	if err != nil {
		return false
	}
	owner, _, err := d.Owner()
	if err != nil {
		return false
	}
	list, _, err := d.DACL()
	if err != nil || list == nil {
		return false // without a list everybody may
	}
	return onlyTrusted(list, owner)
}

func onlyTrusted(list *windows.ACL, owner *windows.SID) bool {
	for i := range uint32(list.AceCount) {
		var entry *windows.ACCESS_ALLOWED_ACE
		if windows.GetAce(list, i, &entry) != nil {
			return false
		}
		who := (*windows.SID)(unsafe.Pointer(&entry.SidStart))
		if entry.Header.AceType != windows.ACCESS_DENIED_ACE_TYPE && !who.Equals(owner) && !entitled(who) {
			return false
		}
	}
	return true
}

// entitled are the system, administrators, whoever owns a thing, services, which
// have numbers of their own, and this process.
func entitled(who *windows.SID) bool {
	switch name := who.String(); {
	case name == "S-1-5-18", name == "S-1-5-32-544", name == "S-1-3-0", name == "S-1-3-4":
		return true
	case strings.HasPrefix(name, "S-1-5-80-"):
		return true
	}
	us, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err == nil && who.Equals(us.User.Sid)
}

// inheritOwner does nothing: access is inherited from the folder anyway.
func inheritOwner(*os.File, string) error { return nil }

// syncDir does nothing: a folder cannot be opened for that, and NTFS journals
// renames.
func syncDir(string) error { return nil }

package provisioning

import (
	"io/fs"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// privately is how a private key has to lie.
const privately = "its access list (icacls) must name its owner, services, the system and administrators alone"

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

// closeDir gives a new folder, and so what will lie in it, to the system, to
// administrators and to whoever makes it: what it inherits in %ProgramData% would
// let every user read. The installer's folders name their services and are there
// before.
func closeDir(dir string) error {
	us, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	d, err := windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" + us.User.Sid.String() + ")")
	if err != nil {
		return err
	}
	list, _, err := d.DACL()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil)
}

// inheritOwner does nothing: access is inherited from the folder anyway.
func inheritOwner(*os.File, string) error { return nil }

// syncDir does nothing: a folder cannot be opened for that, and NTFS journals
// renames.
func syncDir(string) error { return nil }

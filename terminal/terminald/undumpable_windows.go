package main

import "golang.org/x/sys/windows"

// closed is the access list of this process: everything for the system; for
// administrators what ends it and tells that it runs, but neither its memory nor a
// handle to it; nothing for others of its own user.
const closed = "D:P(A;;GA;;;SY)(A;;0x101001;;;BA)"

// undumpable keeps this process out of crash reports and debuggers of its own user.
func undumpable() error {
	windows.SetErrorMode(windows.SEM_FAILCRITICALERRORS | windows.SEM_NOGPFAULTERRORBOX | windows.SEM_NOOPENFILEERRORBOX)
	d, err := windows.SecurityDescriptorFromString(closed)
	if err != nil {
		return err
	}
	list, _, err := d.DACL()
	if err != nil {
		return err
	}
	return windows.SetSecurityInfo(windows.CurrentProcess(), windows.SE_KERNEL_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil)
}

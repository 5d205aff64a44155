package catalogue

// What a technician does otherwise under Windows than under Linux: the same fault, with
// the commands and places of that system. The faults' own words are those of Linux.
var (
	japaneseOnWindows = map[Code]string{
		ReaderService: "Smart Card サービスが動いていません。sc.exe query SCardSvr で原因を確かめ、sc.exe start SCardSvr（または services.msc）で起動してください。リーダーがつながっている必要があります。",
		ChipNone:      "TPM が応答しないか、使えません。ファームウェアの設定と tpm.msc を確認してください。直れば自動で再開します。",
	}
	englishOnWindows = map[Code]string{
		ReaderService: "The Smart Card service does not run. See why with sc.exe query SCardSvr, and start it with sc.exe start SCardSvr (or services.msc). It needs a reader that is plugged in.",
		ChipNone:      "No TPM answers, or it may not be used. See the firmware settings and tpm.msc. The terminal goes on by itself.",
	}
)

// StaffOn is what the staff reads of a fault at a machine with an operating system,
// which is named as runtime.GOOS names it. What is not Windows is told as Linux is.
func StaffOn(system, lang string, code Code) string {
	office := in(lang).office
	if here, told := offices[office].onWindows[code]; told && system == "windows" {
		return here
	}
	return in(office).faults[code].Staff
}

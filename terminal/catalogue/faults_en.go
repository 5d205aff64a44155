package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	enNothingSent = "Nothing about you has been sent, and nothing is kept on this machine."
	enNotTaken    = "We have not taken any information from you."
	enReset       = "City office, or a convenience-store copier (06:30–23:00)"
	enOffice      = "Your city, ward or town office"
	enClosed      = "Not in service right now"
	enStaffSetUp  = "This is a production machine and refuses test parts. "
)

var (
	enCallStaff = []string{
		"Please do not put your card in.", "If your card is in, please take it.", "Try again later, or use another machine nearby.",
	}
	enElsewhere = []string{"If your card is in, please take it.", "Please use another machine nearby."}
)

var englishFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "The card was taken out", Happened: "The card left before we had finished, so we stopped.",
		Data: enNothingSent, Steps: []string{"To go on, put your card in again.", "Leave it in place until we say that you can take it."},
		Staff: "The card was taken out before signing. Nothing is broken.",
	},
	CardNotMyNumber: {
		Title: "This does not seem to be a My Number card", Happened: "The card that was put in cannot be used here.",
		Data: enNotTaken, Steps: []string{"Check which card it is.", "Take it out of its sleeve and check which way the chip faces.", "Put your My Number card in again."},
		Staff: "The JPKI application cannot be selected.",
	},
	CardOld: {
		Title: "A Basic Resident Register card cannot be used", Happened: "It is the card from before the My Number card, and does not work here.",
		Data: enNotTaken, Steps: []string{"Take your card.", "If you have a My Number card, put that one in.", "If you have none, ask at your city office."}, Where: enOffice,
		Staff: "The token information is that of a Basic Resident Register card. It is another kind of card; nothing is broken.",
	},
	CardNoSigning: {
		Title:    "This card has no signing certificate",
		Happened: "Cards of children under 15 and cards issued without it have no signing certificate. Your card is not broken.",
		Data:     enNotTaken, Steps: []string{"Take your card.", "Ask at your city office for a certificate for digital signature."}, Where: enOffice,
		Staff: "No signing certificate has been issued on this card. The machine is fine.",
	},
	CardBlocked: {
		Title:    "The password is locked",
		Happened: "The signing password was wrong five times in a row. This machine cannot unlock it.",
		Data:     "Nothing about you has been sent or kept.", Steps: []string{
			"Take your card and have the password reset. It is free.", "Store: book in the reset app, then go within 24 hours.",
			"Four-digit PIN unknown too? Go to your city office.", "Come back when that is done.",
		}, Where: enReset,
		Staff: "The signing password has no tries left. A terminal cannot unlock it. A store needs a booking with the phone app and the four-digit PIN for user authentication (or a face check).",
	},
	CardExpired: {
		Title:    "The certificate on the card has expired",
		Happened: "It ends on your fifth birthday after issue, and when you move or change your name.",
		Data:     enNothingSent, Steps: []string{"Have the certificate renewed at your city office."}, Where: enOffice,
		Staff: "The signing certificate is past its validity. Check this machine's clock as well.",
	},
	CardNotYet: {
		Title: "The certificate on the card is not valid yet", Happened: "Its validity has not begun.",
		Data: enNothingSent, Steps: []string{"Please come back another day."}, Where: enOffice,
		Staff: "The signing certificate is not valid yet. Check this machine's clock as well.",
	},
	CardIssuer: {
		Title: "We cannot check this certificate", Happened: "The certificate on the card was not issued by an authority that this machine knows.",
		Data: enNothingSent, Steps: []string{"Take the card to your city office and ask."}, Where: enOffice,
		Staff: "The signing certificate does not chain to a known authority, or is not one for signing (key usage, policy).",
	},
	CardKeyType: {
		Title: "This machine cannot use this card yet", Happened: "The card is of a newer kind than this machine knows.",
		Data: enNothingSent, Steps: []string{"Please use a machine that takes the new card."},
		Staff: "The signing key is not RSA 2048. This machine needs an update.",
	},
	CardCertificate: {
		Title: "We cannot read what is on the card", Happened: "The certificate on the card is not in the form it should have.",
		Data: enNothingSent, Steps: []string{"Take the card to your city office and ask."}, Where: enOffice,
		Staff: "The signing certificate cannot be parsed.",
	},
	CardSignature: {
		Title: "The card could not sign", Happened: "The card gave no signature, or one that does not fit what you were shown.",
		Data: enNothingSent, Steps: []string{"Please try again from the beginning.", "If it happens again, ask at your city office."}, Where: enOffice,
		Staff: "The card's signature failed or does not verify with the certificate shown.",
	},
	CardUnreadable: {
		Title: "We could not talk to the card", Happened: "It may be dirty or not quite in place.",
		Data: enNothingSent, Steps: []string{"Take it out of its sleeve and wipe the chip with a soft cloth.", "Put it in again and leave it still."},
		Staff: "Communication with the card failed. If it goes on, look at the reader.",
	},
	CardMute: {
		Title: "The card does not answer", Happened: "It may be the wrong way round, or its chip may be dirty, or it has no chip.",
		Data: enNotTaken, Steps: []string{"Take the card out, and out of its sleeve.", "Check which way it faces and wipe the chip with a soft cloth.", "Put it in again."},
		Staff: "The card does not answer (no ATR). If it happens with other cards, clean the reader's contacts; if that does not help, replace the reader.",
	},
	CardTwo: {
		Title: "There are two cards", Happened: "We cannot tell which of them to use.",
		Data: enNothingSent, Steps: []string{"Leave only the My Number card that you want to use, and take the others away.", "Put in the card alone, without a sleeve or wallet."},
		Staff: "The reader sees more than one card. Look for a forgotten one. If it happens with one card, check which reader the configuration (reader) names.",
	},
	CardForgotten: {
		Title: "A card was left behind", Happened: "Somebody's card is still in this machine.", Data: enNotTaken,
		Steps: []string{"If it is yours, please take it.", "If it is not, please leave it and tell a member of staff."},
		Staff: "Somebody went away without their card. Take it and keep it as your rules for lost cards say. Service goes on by itself when it is out.",
	},
	CardPhone: {
		Title: "A phone does not work here", Happened: "The certificate in a phone cannot be used at this machine.",
		Data: enNotTaken, Steps: []string{"Take the phone away.", "Please put your My Number card in."},
		Staff: "It is the certificate in a phone. Only the signing certificate of a card is taken. Nothing is broken.",
	},
	CardUnknown: {
		Title: "This machine cannot use this card yet", Happened: "It seems to be a new kind of card that this machine does not know. Your card is not broken.",
		Data: enNotTaken, Steps: []string{"Take your card.", "Please use a machine that takes the new card.", "If you are not sure, please ask."}, Where: "{contact}",
		Staff: "There is a JPKI application, but its token information is not known. If it is the next generation of cards, this machine needs an update.",
	},
	CardFaceOnly: {
		Title:    "A face-authentication card cannot be used",
		Happened: "A card without PINs (顔認証マイナンバーカード) has no signing certificate. Your card is not broken.",
		Data:     enNotTaken, Steps: []string{"Take your card.", "You need a card with PINs. Ask at your city office how to change to one."}, Where: enOffice,
		Staff: "It is a face-authentication My Number card: no PINs and no signing certificate. It cannot be used here. Nothing is broken.",
	},
	PINShape: {
		Title: "That is not the right kind of password", Happened: "It has 6 to 16 characters, with at least one letter and one digit. It is not one of the four-digit PINs.",
		Data: "It was not sent to the card, and no try was used.", Steps: []string{"Type the password of 6 to 16 characters."},
		Staff: "A password of the wrong shape is never sent to the card.",
	},
	PINWrong: {
		Title: "The password is wrong", Happened: "Tries left: {tries}. At 0 the card locks.",
		Data: "The card still works.", Steps: []string{"If you are not sure, press “Stop” and look up your password first."},
		Staff: "Wrong signing password.",
	},
	PINLast: {
		Title: "Only one try is left", Happened: "We have stopped here so that the card does not lock.",
		Data: enNothingSent, Steps: []string{"Take your card.", "Look up your password, then start again from the beginning."},
		Staff: "One try of the signing password is left, so it was not asked for again in mid-session.",
	},
	PhotoShape: {
		Title: "Please check the digits", Happened: "The year of expiry has four digits, and so has the security code.",
		Data: "It was not sent to the card, and no try was used.", Steps: []string{"Look at the front of the card and type again."},
		Staff: "The number from the card face has the wrong shape. It is not sent to the card.",
	},
	PhotoWrong: {
		Title: "That does not match the card", Happened: "Tries left: {tries}.",
		Data: "The card still works.", Steps: []string{"Check how the date of birth is printed: with a Japanese era or a Western year.", "Check the year of expiry and the security code."},
		Staff: "Wrong number from the card face (verification number B).",
	},
	PhotoBlocked: {
		Title: "We cannot read the photo", Happened: "The number printed on the card was typed wrongly too often, so the card has locked its photo.",
		Data: enNothingSent, Steps: []string{"Take the card to your city office and ask."}, Where: enOffice,
		Staff: "Verification number B has no tries left.",
	},
	PhotoMissing: {
		Title: "We cannot read the photo", Happened: "The photo on the card could not be read, and this registration needs it.",
		Data: enNothingSent, Steps: []string{"Please try again from the beginning.", "If it happens again, ask at your city office."}, Where: enOffice,
		Staff: "The photo in the card-face application cannot be read.",
	},
	PhotoForged: {
		Title: "We cannot accept this card", Happened: "We could not confirm that the card and its photo are genuine.",
		Data: enNothingSent, Steps: []string{"Take your card.", "Have it looked at by your city office. Starting again here does not help."}, Where: enOffice,
		Staff: "The card's signature does not cover its photo, or the chip does not hold the card's key: it may be forged or a copy. The log says which (signature_valid, chip_genuine). Do not take the card on sight. If it happens with many cards, suspect the reader and call the operator.",
	},
	KeyCheck: {
		Title: "There seems to be a typing mistake", Happened: "One of the 12 digits of the registration key is wrong. Tries left: {chances}.",
		Data: "Nothing has been sent yet.", Steps: []string{"Look at the app and type the key again."},
		Staff: "The check digits of the registration key do not fit.",
	},
	KeyScan: {
		Title: "That was not a registration key", Happened: "It does not count as a mistake.",
		Data: "Nothing has been sent yet.", Steps: []string{"Hold up the QR code of the key in your app.", "Or type the digits."},
		Staff: "The code that was scanned is not a registration key (watashi:key:).",
	},
	KeyUnknown: {
		Title: "This registration key is not known", Happened: "The platform has no such key. Tries left: {chances}.",
		Data: "Nothing has been sent yet.", Steps: []string{"Compare each digit with the app.", "Or ask the app for a new key."},
		Staff: "The platform does not know the registration key.",
	},
	KeyUsed: {
		Title: "This registration key has been used", Happened: "A key works once only. Tries left: {chances}.",
		Data: "Nothing has been sent yet.", Steps: []string{"Ask the app for a new registration key."},
		Staff: "The registration key has been used.",
	},
	KeyExpired: {
		Title: "This registration key has expired", Happened: "A key works for 30 days. Tries left: {chances}.",
		Data: "Nothing has been sent yet.", Steps: []string{"Ask the app for a new registration key."},
		Staff: "The registration key has expired.",
	},
	KeyTooOften: {
		Title: "Five wrong registration keys", Happened: "To be safe, we have stopped here.",
		Data: enNothingSent, Steps: []string{"Take your card.", "Check the key in the app and start again."},
		Staff: "The registration key was wrong five times.",
	},
	KeyWhose: {
		Title: "Different pictures: do not go on", Happened: "The key you typed may not be the one of your own app.",
		Data: enNothingSent, Steps: []string{"Never type a key that somebody told you.", "Start again with the key that your own app shows."},
		Staff: "The citizen said that the pictures differ. This may be fraud: please offer help.",
	},
	SessionTime: {
		Title: "We stopped because time ran out", Happened: "Nobody touched the screen for a while, so we ended to keep you safe.",
		Data: enNothingSent, Steps: []string{"Take your card.", "Put it in again to start from the beginning."},
		Staff: "The session ended because nobody touched the screen. Look for a forgotten card.",
	},
	SessionStopped: {
		Title: "Stopped", Happened: "You pressed “Stop”.",
		Data: enNothingSent, Steps: []string{"Take your card."},
		Staff: "The citizen stopped the session.",
	},
	SessionNotMe: {
		Title: "Stopped", Happened: "You said that the details on the card are not right.",
		Data: enNothingSent, Steps: []string{"Take your card.", "If the details are out of date, have them changed at your city office."}, Where: enOffice,
		Staff: "The citizen said that the details on the card are not theirs.",
	},
	SessionWithdrawn: {
		Title: "The registration is cancelled", Happened: "This registration and its code cannot be used.",
		Data:  "We tell the platform to forget it. Nothing about you is kept on this machine.",
		Steps: []string{"Take your card.", "Put it in again to start from the beginning."},
		Staff: "A withdrawal of the registration has been recorded.",
	},
	WithdrawalFailed: {
		Title: "We could not record the cancellation", Happened: "This machine failed to write it down.",
		Data:  "The registration does not take effect unless somebody uses the code.",
		Steps: []string{"Take your card.", "Do not use the code, and tell it to nobody.", "If you are worried, please ask."}, Where: "{contact}",
		Staff: "The withdrawal cannot be written to the journal. Look at the disk.",
	},
	PrinterPaper: {
		Title: enClosed, Happened: "The paper has run out.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "Put paper into the printer.",
	},
	PrinterCover: {
		Title: enClosed, Happened: "The printer is open.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "Close the printer's cover.",
	},
	PrinterJam: {
		Title: enClosed, Happened: "The paper is jammed.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "Clear the paper jam.",
	},
	PrinterCutter: {
		Title: enClosed, Happened: "The printer cannot cut the paper.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The printer's cutter stands still. Switch the printer off, take out the paper that is caught in the cutter and switch it on again. If that does not help, replace the printer.",
	},
	PrinterHardware: {
		Title: enClosed, Happened: "The printer is broken.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The printer reports an error that it cannot recover from. Switch it off and on; if that does not help, replace it.",
	},
	PrinterOffline: {
		Title: enClosed, Happened: "The printer is not ready.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The printer does not answer. Check its power and cable, and that the configuration (printer) names this printer.",
	},
	PrinterUnconfirmed: {
		Title: "We cannot tell whether the slip was printed", Happened: "There may be no paper for you, so here is the code on the screen.",
		Data: "Your registration has been taken.", Steps: []string{"Write the code down or take a photo of it."},
		Staff: "The printer does not confirm the print. Look at the printer.",
	},
	ReaderNone: {
		Title: enClosed, Happened: "The card reader is not connected.", Data: enNothingSent, Steps: enCallStaff,
		Staff: "No card reader was found. Check its cable and power and try another socket. If that does not help, replace it.",
	},
	ReaderService: {
		Title: enClosed, Happened: "The card reader is not ready.", Data: enNothingSent, Steps: enCallStaff,
		Staff: "The card reader's service (pcscd) does not run. See why with systemctl status pcscd, and start it again with systemctl restart pcscd.socket.",
	},
	ReaderBusy: {
		Title: enClosed, Happened: "The card reader is in use elsewhere.", Data: enNothingSent, Steps: enCallStaff,
		Staff: "Another program holds the card reader. End it: a diagnostic tool, OpenSC or a log-on component, for example.",
	},
	ReaderFault: {
		Title: enClosed, Happened: "The card reader is broken.", Data: enNothingSent, Steps: enCallStaff,
		Staff: "The card reader reports an error. Unplug it and plug it in again; if that does not help, replace it.",
	},
	SensorTamper: {
		Title: enClosed, Happened: "A safety device has switched this machine off.",
		Data: "What was not finished has not been sent. A registration that was received stays good.", Steps: enElsewhere,
		Staff: "The tamper sensor has gone off. A restart does not reopen the machine. Look at the cabinet and its seals. If they are whole, clear it with watashi-provision device tamper clear.",
	},
	SensorDoor: {
		Title: enClosed, Happened: "The machine's door is open.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "Close the cabinet door. If that does not help, check the door's switch, its wiring and the configuration (sensors.door).",
	},
	SensorSwitch: {
		Title: enClosed, Happened: "This machine is being serviced.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The operator's key switch is not at “run”. Turn it back when the work is done.",
	},
	SensorNone: {
		Title: enClosed, Happened: "This machine cannot check its safety devices.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The sensors cannot be read. Check the wiring, the chip and line numbers in the configuration (sensors), and the right to read them.",
	},
	ScreenNone: {
		Title: enClosed, Happened: "The screen is not ready.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The screen's browser is not connected.",
	},
	DiskFull: {
		Title: enClosed, Happened: "This machine is out of storage.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "Too little disk space is free.",
	},
	DiskFault: {
		Title: "This machine could not keep its record", Happened: "It is not your fault. To be safe, we have stopped here.",
		Data:  "This registration will not take effect. Nothing about you is kept in readable form.",
		Steps: []string{"Take your card.", "Please start again at another machine nearby."},
		Staff: "The journal cannot be written. Look at the disk. Service goes on by itself when it can be written again.",
	},
	QueueFull: {
		Title: enClosed, Happened: "Too many registrations are waiting to be sent.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The number of unsent registrations is at its limit. Check the network.",
	},
	QueueOld: {
		Title: enClosed, Happened: "Registrations are still waiting to be sent.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "An unsent registration is too old. Check the network.",
	},
	JournalFull: {
		Title: enClosed, Happened: "This machine can keep no more registrations.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The journal is near the greatest size it may have. Check the network, so that what waits is sent.",
	},
	Clock: {
		Title: enClosed, Happened: "This machine's clock is wrong.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "Set the clock. It is in the past, or more than five minutes off the platform's time.",
	},
	HoursClosed: {
		Title: "Closed at this hour", Happened: "We open again: {opens}.", Data: enNotTaken,
		Steps: []string{"Please do not put your card in.", "If your card is in, please take it.", "Please come again when we are open."},
		Staff: "Outside the opening hours (hours) of the bundle. Nothing is broken.",
	},
	Offline: {
		Title: enClosed, Happened: "We cannot reach the platform.", Data: enNothingSent, Steps: enCallStaff,
		Staff: "The platform cannot be reached. Check uplinkd and the network.",
	},
	OfflineNow: {
		Title: "The connection to the platform was lost", Happened: "We cannot check your registration key, so we have stopped here.",
		Data: enNothingSent, Steps: []string{"Take your card.", "Try again later, or use another machine nearby."},
		Staff: "The platform became unreachable during a session. Check the network.",
	},
	TerminalFault: {
		Title: "Something went wrong inside this machine", Happened: "It is not your fault. To be safe, we have stopped here.",
		Data: enNothingSent, Steps: []string{"Take your card.", "Please start again at another machine nearby."},
		Staff: "An internal step failed. Read the log.",
	},
	TerminalStarting: {
		Title: "Getting ready", Happened: "This machine is starting.", Data: enNotTaken, Steps: []string{"Please wait a moment."},
		Staff: "Starting: the journal of the last run is being checked.",
	},
	SetUpMissing: {
		Title: enClosed, Happened: "This machine has not been set up completely.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The bundle is missing or cannot be used. Run watashi-provision.",
	},
	TerminalSuspended: {
		Title: enClosed, Happened: "This machine may not be used at the moment.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The platform has suspended this terminal, or retired it. Ask its operator why. When a suspended one is reinstated, it goes on by itself within a minute or so. What waits is sent all the same.",
	},
	ChipNone: {
		Title: enClosed, Happened: "This machine cannot use its own key at the moment.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "No TPM answers, or it may not be opened. See the firmware settings, /dev/tpmrm0, and who may open it. The terminal goes on by itself.",
	},
	ChipCleared: {
		Title: enClosed, Happened: "This machine cannot use its own key at the moment.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The key is not of this TPM: it was cleared, or the board was changed. Provision again: watashi-provision init --replace, with a new token.",
	},
	ChipLockout: {
		Title: enClosed, Happened: "This machine cannot use its own key at the moment.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The TPM is locked out. Wait, or end it with its lockout password. The terminal goes on by itself.",
	},
	ChipFault: {
		Title: enClosed, Happened: "This machine cannot use its own key at the moment.", Data: enNotTaken, Steps: enCallStaff,
		Staff: "The TPM fails or is busy. The status tells why; a failing one needs the power switched off and on.",
	},
	RefusedKeyUnknown: {
		Title: "We could not register you", Happened: "The registration key is not known. There is no enrollment code.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Ask the app for a new registration key and start again."},
		Staff: "Refused by the platform: registration key unknown.",
	},
	RefusedKeyUsed: {
		Title: "We could not register you", Happened: "The registration key has been used. There is no enrollment code.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Ask the app for a new registration key and start again."},
		Staff: "Refused by the platform: registration key used.",
	},
	RefusedKeyExpired: {
		Title: "We could not register you", Happened: "The registration key has expired. There is no enrollment code.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Ask the app for a new registration key and start again."},
		Staff: "Refused by the platform: registration key expired.",
	},
	RefusedRevoked: {
		Title: "We could not register you", Happened: "The certificate on the card has been revoked. After a move or a change of name it has to be renewed.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Have the certificate renewed at your city office."}, Where: enOffice,
		Staff: "Refused by the platform: signing certificate revoked.",
	},
	RefusedExpired: {
		Title: "We could not register you", Happened: "The certificate on the card has expired.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Have the certificate renewed at your city office."}, Where: enOffice,
		Staff: "Refused by the platform: signing certificate expired.",
	},
	RefusedUnfit: {
		Title: "We could not register you", Happened: "The certificate on the card cannot be used for this registration. It may not be valid yet.",
		Data: "What was sent will not be used.", Steps: []string{"Take the card to your city office and ask."}, Where: enOffice,
		Staff: "Refused by the platform: not a signing certificate as JPKI issues them, or not valid yet.",
	},
	RefusedIssuer: {
		Title: "We could not register you", Happened: "The issuer of the certificate on the card could not be confirmed.",
		Data: "What was sent will not be used.", Steps: []string{"Take the card to your city office and ask."}, Where: enOffice,
		Staff: "Refused by the platform: issuer of the signing certificate unknown.",
	},
	RefusedSignature: {
		Title: "We could not register you", Happened: "The signature that your card made could not be confirmed.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Please start again from the beginning.", "If it happens again, ask at your city office."}, Where: enOffice,
		Staff: "Refused by the platform: the card's signature does not verify. If it happens with other cards, call the operator.",
	},
	RefusedAttributes: {
		Title: "We could not register you at this machine", Happened: "What this machine sent is not what the certificate on your card says.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Please start again at another machine nearby."},
		Staff: "Refused by the platform: the application differs from the certificate. Call the operator.",
	},
	RefusedPhoto: {
		Title: "We could not register you", Happened: "The photo from your card did not arrive as it should.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Please start again and have the photo read once more."},
		Staff: "Refused by the platform: photo missing, not the one that was signed, or without the word that it was checked (photo_check). If it happens again, call the operator.",
	},
	RefusedTerminal: {
		Title: "We could not register you at this machine", Happened: "Your card is fine. There is a problem with this machine's own registration.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Please start again at another machine nearby."},
		Staff: "Refused by the platform: this terminal's certificate. Call the operator.",
	},
	RefusedSetUp: {
		Title: "We could not register you at this machine", Happened: "Your card is fine. This machine is not set up as the platform now asks.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Please start again at another machine nearby."},
		Staff: "Refused by the platform: another environment or platform, or a consent text or kind of code that is not in force. Check this machine's bundle.",
	},
	RefusedClock: {
		Title: "We could not register you at this machine", Happened: "Your card is fine. This machine's clock is wrong.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Please start again at another machine nearby."},
		Staff: "Refused by the platform: the time is not believable. Set this machine's clock.",
	},
	RefusedWithdrawn: {
		Title: "We could not register you", Happened: "This registration was cancelled.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "If you still wish to register, start again from the beginning."},
		Staff: "Refused by the platform: the registration was withdrawn.",
	},
	RefusedLate: {
		Title: "We could not register you", Happened: "The registration reached the platform only after the enrollment code had expired.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Please start again from the beginning."},
		Staff: "Refused by the platform: the code's time had run out on arrival. Check this machine's network.",
	},
	RefusedOther: {
		Title: "We could not register you", Happened: "The platform did not take this registration.",
		Data: "What was sent will not be used.", Steps: []string{"Take your card.", "Please start again at another machine nearby."},
		Staff: "Refused by the platform for another reason. Ask with the reference number.",
	},
	ProductionKey: {
		Title: enClosed, Happened: "This machine is not set up correctly.", Data: enNotTaken, Steps: enCallStaff,
		Staff: enStaffSetUp + "The device key is a file. A TPM key is needed.",
	},
	ProductionBundle: {
		Title: enClosed, Happened: "This machine is not set up correctly.", Data: enNotTaken, Steps: enCallStaff,
		Staff: enStaffSetUp + "The bundle is a test bundle.",
	},
	ProductionCertificate: {
		Title: enClosed, Happened: "This machine is not set up correctly.", Data: enNotTaken, Steps: enCallStaff,
		Staff: enStaffSetUp + "The device certificate is a test certificate.",
	},
	ProductionCA: {
		Title: enClosed, Happened: "This machine is not set up correctly.", Data: enNotTaken, Steps: enCallStaff,
		Staff: enStaffSetUp + "The bundle holds a certificate that is not a JPKI authority.",
	},
	ProductionReader: {
		Title: enClosed, Happened: "This machine is not set up correctly.", Data: enNotTaken, Steps: enCallStaff,
		Staff: enStaffSetUp + "A virtual card reader is connected.",
	},
	ProductionOther: {
		Title: enClosed, Happened: "This machine is not set up correctly.", Data: enNotTaken, Steps: enCallStaff,
		Staff: enStaffSetUp + "Read the log.",
	},
}

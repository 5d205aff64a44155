package escpos_test

import "github.com/digital-watashi/kiosk/hal/escpos"

// sampleJapanese is a slip as a terminal prints it.
func sampleJapanese() escpos.Slip {
	return escpos.Slip{Language: "ja", Blocks: []escpos.Block{
		escpos.Banner{Text: "TEST 試験用"},
		escpos.Heading{Text: "デジタルwatashi\n端末認証番号"},
		escpos.Code{Text: []byte("124 578")},
		escpos.Field{Label: "有効期限", Value: "2026年11月24日 14:05まで"},
		escpos.QR{Content: []byte("watashi:code:124578"), Caption: "アプリのカメラでも読み取れます"},
		escpos.Rule{},
		escpos.Heading{Text: "次にすること"},
		escpos.Steps{Texts: []string{
			"スマートフォンで「デジタルwatashi」アプリを開きます。",
			"「番号を入力」を押します。",
			"上の番号を入力するか、QRコードを読み取ると、登録が完了します。",
		}},
		escpos.Rule{},
		escpos.Paragraph{Text: "この番号は、ほかの人に教えないでください。電話やメールで番号をたずねることはありません。"},
		escpos.Field{Label: "お問い合わせ（9:00〜17:00、土日祝を除く）", Value: "0120-000-000"},
		escpos.Small{Text: "この紙をなくしたときは、期限が過ぎてからもう一度この端末で手続きをしてください。"},
		escpos.Small{Text: "受付 2026年11月23日 14:05　端末 T-0001"},
	}}
}

// sampleEnglish carries the long code.
func sampleEnglish() escpos.Slip {
	return escpos.Slip{Language: "en", Blocks: []escpos.Block{
		escpos.Heading{Text: "Digital watashi\nenrollment code"},
		escpos.Code{Text: []byte("7K3M 9QXT 2VB8R")},
		escpos.Field{Label: "Valid until", Value: "24 November 2026, 14:05"},
		escpos.QR{Content: []byte("watashi:code:7K3M9QXT2VB8R.Zm9ydHktdHdvIGJ5dGU"), Caption: "or scan this with the app"},
		escpos.Rule{},
		escpos.Heading{Text: "What to do next"},
		escpos.Steps{Texts: []string{
			"Open the Digital watashi app on your phone.",
			"Choose “Enter code”.",
			"Type the code above, or scan the QR code. Your registration is then complete.",
		}},
		escpos.Rule{},
		escpos.Paragraph{Text: "Keep this code to yourself. Nobody will ask you for it by telephone or e-mail."},
		escpos.Field{Label: "Questions? Weekdays 9:00 to 17:00", Value: "0120-000-000"},
		escpos.Small{Text: "Received 23 November 2026 14:05, terminal T-0001"},
	}}
}

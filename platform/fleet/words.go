package fleet

// inBoth is the words of one reason.
type inBoth struct{ ja, en Words }

// wordsOf are those of a code. One that is not known here, as of a newer terminal,
// gets words that lead to its manual.
func wordsOf(code string) inBoth {
	if words, known := reasonWords[code]; known {
		return words
	}
	return inBoth{
		Words{"端末が受付を止めています。", "状態番号を端末の手引きで調べてください。"},
		Words{"The terminal takes no card in.", "Look the code up in the terminal's manual."},
	}
}

// ReasonCodes lists every code that has words of its own.
func ReasonCodes() (codes []string) {
	for code := range reasonWords {
		codes = append(codes, code)
	}
	return codes
}

// reasonWords is never written to.
var reasonWords = map[string]inBoth{
	ReasonCompromised: {
		Words{"侵害された端末です。この端末が署名したものは、すべて受け付けません。", "端末を回収し、新しい鍵とトークンで登録し直してください。"},
		Words{"Compromised: nothing that it ever signed is taken.", "Fetch the machine; give it new keys under a new token."},
	},
	ReasonSuspended: {
		Words{"利用を停止しています。", "原因を調べ、よければ reinstate で再開してください。"},
		Words{"Suspended.", "Find out why; when all is well, reinstate it."},
	},
	ReasonAuditBroken: {
		Words{"監査記録のつながりが合いません（巻き戻しまたは改変）。", "端末を調べ、watashi-provision audit export で記録を取り出して確かめ、reinstate で解除してください。"},
		Words{"The audit chain does not go on from what the terminal signed before.", "Look at the machine, verify its trail (watashi-provision audit export), then reinstate it."},
	},
	ReasonSilent: {
		Words{"連絡がありません。", "電源とネットワーク、watashi-uplinkd を確認してください。"},
		Words{"It has not been heard.", "See to power, network and watashi-uplinkd."},
	},
	ReasonNew: {
		Words{"登録されましたが、まだ連絡がありません。", "設置が終わっているか確認してください。"},
		Words{"It was admitted and has not been heard yet.", "See whether its installation was finished."},
	},
	ReasonLost: {
		Words{"記録の損傷で登録が失われました。", "ディスクを点検し、損傷した記録を保管して、管理者に連絡してください。"},
		Words{"A damaged journal took registrations with it.", "Check the disk, keep the damaged file and tell the operator."},
	},
	ReasonQuarantined: {
		Words{"プラットフォームが拒み続け、脇に置かれた送信物があります。", "watashi-provision queue list で理由を確かめ、直してから queue retry で送り直してください。"},
		Words{"Bodies were set apart, as the platform keeps refusing them.", "See why with watashi-provision queue list; mend it, then queue retry."},
	},
	ReasonUnknown: {
		Words{"受け渡しの結果がわからない番号があります。", "続くときは、プリンターと記録を調べてください。"},
		Words{"Hand-overs whose outcome nobody knows.", "If they keep coming, look at the printer and the audit trail."},
	},
	ReasonPaperLow: {
		Words{"用紙が残り少なくなっています。", "用紙を持って行き、補給してください。"},
		Words{"Paper is low.", "Bring a roll."},
	},
	ReasonCertEnded: {
		Words{"端末の証明書の期限が切れました。", "端末で watashi-provision renew を実行し、できなければ新しいトークンで登録し直してください。"},
		Words{"A certificate has run out.", "Run watashi-provision renew at the machine; if that is too late, enrol it with a new token."},
	},
	ReasonCertEnds: {
		Words{"端末の証明書の期限が近く、自動更新されていません。", "ネットワークと watashi-uplinkd の記録を確認し、watashi-provision renew を試してください。"},
		Words{"A certificate runs out soon, and was not renewed by itself.", "See to the network and the log of watashi-uplinkd; try watashi-provision renew."},
	},
	ReasonKeyUnprotect: {
		Words{"鍵がファイルにあります（TPM ではありません）。", "本番に使うなら、TPM で鍵を作り直してください。"},
		Words{"Its key is in a file, not in a TPM.", "For production make the keys anew in the TPM."},
	},
	ReasonVersionBehind: {
		Words{"プログラムがほかの端末より古くなっています。", "更新してください。"},
		Words{"Its programs are older than those of the others.", "Update it."},
	},
	ReasonMaintenance: {
		Words{"点検中です。", "点検が終われば、端末が自分で再開します。"},
		Words{"Somebody works at it.", "It goes on when they have gone."},
	},
	ReasonQueueGrows: {
		Words{"未送信の登録が古くなってきました。", "ネットワークを確認してください。"},
		Words{"What waits to be sent is getting old.", "See to the network."},
	},
	ReasonClockDrifts: {
		Words{"端末の時計がずれてきました。", "時刻の同期（NTP）を確認してください。"},
		Words{"Its clock drifts.", "See to its time service (NTP)."},
	},
	ReasonUnreadable: {
		Words{"最後の連絡を読めません。", "次の連絡を待ち、続くときは端末の鍵と証明書を確認してください。"},
		Words{"The last heartbeat cannot be read.", "Wait for the next; if that stays so, see to its key and certificate."},
	},
	ReasonForgedPhotos: {
		Words{"写真が本物と確かめられないカードが使われました（不正の疑い）。", "端末の watashi-terminald の記録（checking the card's photo）で日時を調べ、不正の担当者に知らせてください。"},
		Words{"Cards were used whose photo is not theirs: a hint of fraud.", "See when in the log of watashi-terminald (checking the card's photo), and tell whoever looks into fraud."},
	},

	"SNS-TAMPER": {
		Words{"開封の検知（tamper）が働きました。", "筐体と封印を調べ、異状がなければ watashi-provision device tamper clear で解除してください。"},
		Words{"The machine was opened by force.", "Look at case and seals; if all is well, watashi-provision device tamper clear."},
	},
	"SNS-DOOR":   {Words{"筐体の扉が開いています。", "扉を閉め、閉めても消えなければスイッチと配線を確認してください。"}, Words{"The cabinet's door is open.", "Shut it; if that does not help, see to its switch and wires."}},
	"SNS-SWITCH": {Words{"係員用の鍵スイッチが「運用」にありません。", "鍵スイッチを「運用」に戻してください。"}, Words{"The operator's key does not stand at run.", "Turn it back."}},
	"CARD-LEFT":  {Words{"カードが置き忘れられています。", "カードを取り、決められた方法で保管してください。自動で再開します。"}, Words{"Somebody's card was left behind.", "Take it and keep it as your rules say; service goes on by itself."}},
	"SNS-NONE":   {Words{"センサーの状態が読めません。", "配線と設定（sensors）を確認してください。"}, Words{"The sensors are silent.", "See to the wires and the configuration (sensors)."}},

	"PRN-PAPER":    {Words{"用紙がありません。", "用紙を補給してください。"}, Words{"There is no paper.", "Put a roll in."}},
	"PRN-COVER":    {Words{"プリンターのふたが開いています。", "ふたを閉めてください。"}, Words{"The printer's cover is open.", "Shut it."}},
	"PRN-JAM":      {Words{"用紙が詰まっています。", "詰まった用紙を取り除いてください。"}, Words{"Paper is jammed.", "Take it out."}},
	"PRN-CUTTER":   {Words{"プリンターのカッターが止まっています。", "電源を切り、挟まった紙を取り除いてください。直らなければ交換です。"}, Words{"The printer's cutter stands still.", "Switch it off and take out what is caught; else replace it."}},
	"PRN-HARDWARE": {Words{"プリンターが回復できないエラーを返します。", "電源を入れ直し、直らなければ交換してください。"}, Words{"The printer reports an error that it cannot recover from.", "Switch it off and on; else replace it."}},
	"PRN-OFFLINE":  {Words{"プリンターが答えません。", "電源とケーブル、設定（printer）を確認してください。"}, Words{"The printer does not answer.", "See to power, cable and configuration (printer)."}},

	"RDR-NONE":    {Words{"カードリーダーが見つかりません。", "ケーブルを確認し、直らなければ交換してください。"}, Words{"There is no card reader.", "See to its cable; else replace it."}},
	"RDR-SERVICE": {Words{"カードリーダーのサービス（pcscd）が動いていません。", "systemctl status pcscd を確認してください。"}, Words{"The card reader's service (pcscd) does not run.", "See systemctl status pcscd."}},
	"RDR-BUSY":    {Words{"別のプログラムがカードリーダーを使っています。", "そのプログラムを終わらせてください。"}, Words{"Another program has the card reader.", "End it."}},
	"RDR-FAULT":   {Words{"カードリーダーがエラーを返します。", "抜き差しし、直らなければ交換してください。"}, Words{"The card reader reports an error.", "Plug it in anew; else replace it."}},
	"SCR-NONE":    {Words{"画面のブラウザーがつながっていません。", "画面とブラウザーのサービスを確認してください。"}, Words{"No screen is connected.", "See to the screen and to its browser's service."}},

	"DISK-FULL":   {Words{"ディスクの空きが足りません。", "不要なファイルを消してください。記録（journal）は消さないでください。"}, Words{"The disk is full.", "Make room; never by way of the journal."}},
	"DISK-FAULT":  {Words{"記録（journal）に書き込めません。", "ディスクを点検してください。"}, Words{"The journal cannot be written.", "Check the disk."}},
	"QUEUE-FULL":  {Words{"未送信の登録が上限に達しました。", "ネットワークを直すか、watashi-provision queue export で運び出してください。"}, Words{"Too much waits to be sent.", "Mend the network, or carry it: watashi-provision queue export."}},
	"QUEUE-OLD":   {Words{"未送信の登録が古すぎます。", "ネットワークを直すか、watashi-provision queue export で運び出してください。"}, Words{"What waits to be sent is too old.", "Mend the network, or carry it: watashi-provision queue export."}},
	"JRN-FULL":    {Words{"記録（journal）の大きさが上限に近づいています。", "未送信の登録が送られるよう、ネットワークを確認してください。"}, Words{"The journal nears its bound.", "See to the network, so that what waits is sent."}},
	"CLOCK":       {Words{"端末の時計が合っていません。", "時計を合わせ、時刻の同期（NTP）を確認してください。"}, Words{"Its clock is wrong.", "Set it, and see to its time service (NTP)."}},
	"NET-OFFLINE": {Words{"プラットフォームに届きませんでした。", "続くときは、ネットワークを確認してください。"}, Words{"It could not reach the platform.", "If that stays so, see to the network."}},

	"HOURS-CLOSED": {Words{"受付時間外です。", "対応は不要です。"}, Words{"It is closed at this hour.", "There is nothing to do."}},
	"TRM-STARTING": {Words{"起動中です。", "続くときは、端末の記録を確認してください。"}, Words{"It is starting.", "If that stays so, see its log."}},
	"SET-UP":       {Words{"設定（bundle）または証明書が使えません。", "watashi-provision status で確かめ、示された手順を行ってください。"}, Words{"Bundle or certificate cannot be used.", "Run watashi-provision status and do what it says."}},
	"TPM-NONE":     {Words{"TPM が応答しません。", "ファームウェアの設定と /dev/tpmrm0 を確認してください。"}, Words{"No TPM answers.", "See to the firmware's settings and /dev/tpmrm0."}},
	"TPM-CLEARED":  {Words{"鍵がこの TPM のものではありません（消去または基板の交換）。", "新しいトークンで watashi-provision init --replace を実行してください。"}, Words{"The key is not of this TPM: it was cleared, or the board was changed.", "Run watashi-provision init --replace with a new token."}},
	"TPM-LOCKOUT":  {Words{"TPM がロックアウト中です。", "時間をおくか、ロックアウトの認証で解除してください。"}, Words{"The TPM is locked out.", "Wait, or reset it with its lockout authorisation."}},
	"TPM-FAULT":    {Words{"TPM の故障または使用中です。", "電源を一度切り、直らなければ基板を交換してください。"}, Words{"The TPM fails or is busy.", "Switch the machine off and on; else replace the board."}},

	"PROD-KEY":         {Words{"本番の端末の鍵がファイルにあります。", "TPM で鍵を作り、新しいトークンで登録し直してください。"}, Words{"A production terminal whose key is in a file.", "Make keys in its TPM and enrol it with a new token."}},
	"PROD-BUNDLE":      {Words{"本番の端末に試験用の設定があります。", "正しいプラットフォームのトークンで登録し直してください。"}, Words{"A production terminal with a test bundle.", "Enrol it with a token of the right platform."}},
	"PROD-CERTIFICATE": {Words{"本番の端末に試験用の証明書があります。", "正しいプラットフォームのトークンで登録し直してください。"}, Words{"A production terminal with a test certificate.", "Enrol it with a token of the right platform."}},
	"PROD-CA":          {Words{"本番の端末が試験用の CA を信頼しています。", "プラットフォームの JPKI の設定を確認してください。"}, Words{"A production terminal that believes a test CA.", "See to the platform's JPKI certificates."}},
	"PROD-READER":      {Words{"本番の端末が仮想のカードリーダーを使っています。", "本物のカードリーダーをつなぎ、設定（reader）を直してください。"}, Words{"A production terminal with a virtual card reader.", "Connect a real one and mend the configuration (reader)."}},
	"PROD-REFUSED":     {Words{"本番の端末が試験用の部品を拒んでいます。", "watashi-provision status で理由を確かめてください。"}, Words{"A production terminal refuses a test part.", "Run watashi-provision status to see which."}},
}

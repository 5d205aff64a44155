package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	jaNothingSent = "お客さまの情報は送られていません。この端末にも残っていません。"
	jaNotTaken    = "お客さまの情報は何も受け取っていません。"
	jaReset       = "市区町村の窓口、またはコンビニのマルチコピー機（6:30〜23:00）"
	jaOffice      = "お住まいの市区町村の窓口"
	jaClosed      = "ただいまご利用いただけません"
	jaStaffSetUp  = "この端末は本番用です。試験用の部品では動きません。"
)

var (
	jaCallStaff = []string{
		"カードは入れないでください。", "カードが入っているときは、お取りください。", "しばらくしてからお試しいただくか、お近くの別の端末をご利用ください。",
	}
	jaElsewhere = []string{"カードが入っているときは、お取りください。", "お近くの別の端末をご利用ください。"}
)

var japaneseFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "カードが抜かれました", Happened: "手続きの途中でカードが離れたため、中止しました。",
		Data: jaNothingSent, Steps: []string{"続けるときは、もう一度カードを入れてください。", "終わりの案内が出るまで、カードを動かさないでください。"},
		Staff: "署名の前にカードが抜かれました。故障ではありません。",
	},
	CardNotMyNumber: {
		Title: "マイナンバーカードではないようです", Happened: "入れられたカードは、この手続きには使えません。",
		Data: jaNotTaken, Steps: []string{"カードの種類をお確かめください。", "カードケースから出し、ICチップの向きをお確かめください。", "マイナンバーカードを入れ直してください。"},
		Staff: "公的個人認証アプリケーションが選択できません。",
	},
	CardOld: {
		Title: "住民基本台帳カードは使えません", Happened: "マイナンバーカードより前のカードのため、この手続きには使えません。",
		Data: jaNotTaken, Steps: []string{"カードをお取りください。", "マイナンバーカードをお持ちの方は、入れ直してください。", "お持ちでない方は、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "トークン情報が住民基本台帳カードのものです。カードの種類の違いで、故障ではありません。",
	},
	CardNoSigning: {
		Title:    "署名用の電子証明書が入っていません",
		Happened: "15歳未満の方のカードや、電子証明書を希望しなかったカードには、署名用電子証明書が入っていません。カードの故障ではありません。",
		Data:     jaNotTaken, Steps: []string{"カードをお取りください。", "署名用電子証明書の発行について、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "署名用電子証明書が未発行です。端末の故障ではありません。",
	},
	CardBlocked: {
		Title:    "暗証番号がロックされています",
		Happened: "署名用の暗証番号を5回続けて間違えたためです。この端末では解除できません。",
		Data:     "お客さまの情報は、送らず、残していません。", Steps: []string{
			"カードを取り、暗証番号を再設定してください。無料です。", "コンビニへは、専用アプリで予約して24時間以内に。",
			"4けたの暗証番号も分からないときは、市区町村へ。", "再設定のあと、もう一度お越しください。",
		}, Where: jaReset,
		Staff: "署名用暗証番号の残り回数は0です。端末では解除できません。コンビニでの再設定には、スマートフォンの予約アプリと、利用者証明用の4けたの暗証番号（または顔認証）が要ります。",
	},
	CardExpired: {
		Title:    "電子証明書の有効期限が切れています",
		Happened: "署名用電子証明書は、発行から5回目の誕生日、引っ越し、氏名の変更などで使えなくなります。",
		Data:     jaNothingSent, Steps: []string{"市区町村の窓口で、電子証明書を更新してください。"}, Where: jaOffice,
		Staff: "署名用電子証明書の有効期間が過ぎています。端末の時計も確認してください。",
	},
	CardNotYet: {
		Title: "電子証明書がまだ使えません", Happened: "署名用電子証明書の有効期間が始まっていません。",
		Data: jaNothingSent, Steps: []string{"日を改めてお越しください。"}, Where: jaOffice,
		Staff: "署名用電子証明書の開始日時より前です。端末の時計も確認してください。",
	},
	CardIssuer: {
		Title: "電子証明書を確認できません", Happened: "カードの電子証明書が、この端末で確認できる発行者のものではありません。",
		Data: jaNothingSent, Steps: []string{"カードを持って、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "署名用電子証明書が、登録された認証局につながらないか、署名用のもの（鍵用途・ポリシー）ではありません。",
	},
	CardKeyType: {
		Title: "この端末では、まだ使えないカードです", Happened: "カードの電子証明書が新しい方式のため、この端末では扱えません。",
		Data: jaNothingSent, Steps: []string{"新しいカードに対応した端末をご利用ください。"},
		Staff: "署名用電子証明書の鍵がRSA 2048ビットではありません。端末の更新が必要です。",
	},
	CardCertificate: {
		Title: "カードの内容を読み取れません", Happened: "カードの電子証明書の内容が、決められた形になっていません。",
		Data: jaNothingSent, Steps: []string{"カードを持って、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "署名用電子証明書を解析できません。",
	},
	CardSignature: {
		Title: "カードで署名できませんでした", Happened: "カードの署名が得られないか、お見せした内容と一致しませんでした。",
		Data: jaNothingSent, Steps: []string{"もう一度、初めからお試しください。", "続けて起きるときは、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "カードの署名が失敗したか、表示した電子証明書で検証できません。",
	},
	CardUnreadable: {
		Title: "カードと通信できませんでした", Happened: "カードの汚れや置き方のため、読み取れませんでした。",
		Data: jaNothingSent, Steps: []string{"カードケースから出し、ICチップをやわらかい布でふいてください。", "もう一度カードを入れ、動かさずにお待ちください。"},
		Staff: "カードとの通信が失敗しました。続くときはリーダーを点検してください。",
	},
	CardMute: {
		Title: "カードの反応がありません", Happened: "カードの裏表や向きが違うか、ICチップが汚れているか、ICチップのないカードのようです。",
		Data: jaNotTaken, Steps: []string{"カードを抜いて、ケースから出してください。", "裏表と向きを確かめ、ICチップをやわらかい布でふいてください。", "もう一度カードを入れてください。"},
		Staff: "カードが応答しません（ATRがない）。ほかのカードでも起きるときは、リーダーの接点を清掃し、直らなければリーダーを交換してください。",
	},
	CardTwo: {
		Title: "カードが2枚あります", Happened: "どちらのカードで手続きをするのか、分かりません。",
		Data: jaNothingSent, Steps: []string{"手続きをするマイナンバーカードを1枚だけ残し、ほかのカードをお取りください。", "ケースや財布には入れず、カードだけを入れてください。"},
		Staff: "リーダーが2枚以上のカードを見つけました。置き忘れのカードがないか、確認してください。1枚でも起きるときは、リーダーの設定（reader）を確認してください。",
	},
	CardForgotten: {
		Title: "カードが残っています", Happened: "この端末には、どなたかのカードが残っています。", Data: jaNotTaken,
		Steps: []string{"ご自分のカードのときは、お取りください。", "ほかの方のカードのときは、触れずに係の者へお知らせください。"},
		Staff: "だれかがカードを置いたまま立ち去りました。カードを取り、決められた方法で保管してください。カードを取ると、自動でサービスを再開します。",
	},
	CardPhone: {
		Title: "スマートフォンでは手続きできません", Happened: "スマートフォンに入れた電子証明書は、この端末では使えません。",
		Data: jaNotTaken, Steps: []string{"スマートフォンを離してください。", "マイナンバーカードを入れてください。"},
		Staff: "スマートフォン用電子証明書です。カードの署名用電子証明書だけを受け付けます。故障ではありません。",
	},
	CardUnknown: {
		Title: "この端末では、まだ使えないカードです", Happened: "この端末の知らない、新しい種類のカードのようです。カードの故障ではありません。",
		Data: jaNotTaken, Steps: []string{"カードをお取りください。", "新しいカードに対応した端末をご利用ください。", "分からないときは、下の窓口へお問い合わせください。"}, Where: "{contact}",
		Staff: "公的個人認証アプリケーションはありますが、トークン情報が知らないものです。次世代のカードなら、端末の更新が必要です。",
	},
	CardFaceOnly: {
		Title:    "顔認証マイナンバーカードは使えません",
		Happened: "暗証番号のない顔認証マイナンバーカードには、この手続きに必要な署名用電子証明書が入っていません。カードの故障ではありません。",
		Data:     jaNotTaken, Steps: []string{"カードをお取りください。", "登録には、暗証番号のあるカードへの切り替えが必要です。市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "顔認証マイナンバーカードです。暗証番号と署名用電子証明書がなく、この手続きには使えません。故障ではありません。",
	},
	PINShape: {
		Title: "暗証番号の形が違います", Happened: "英字と数字の両方を使った、6〜16文字です。4けたの暗証番号ではありません。",
		Data: "カードには送っていません。残り回数は減っていません。", Steps: []string{"6〜16文字の暗証番号を入力してください。"},
		Staff: "形の違う暗証番号は、カードに送りません。",
	},
	PINWrong: {
		Title: "暗証番号が違います", Happened: "入力できるのは、あと{tries}回です。0回になるとカードがロックされます。",
		Data: "カードはまだ使えます。", Steps: []string{"自信がないときは「やめる」を押し、控えをお確かめください。"},
		Staff: "署名用暗証番号の誤りです。",
	},
	PINLast: {
		Title: "入力できるのは、あと1回だけです", Happened: "カードがロックされないように、手続きを終わりました。",
		Data: jaNothingSent, Steps: []string{"カードをお取りください。", "暗証番号の控えをお確かめのうえ、初めからお試しください。"},
		Staff: "署名用暗証番号の残りが1回のため、途中の再入力を求めませんでした。",
	},
	PhotoShape: {
		Title: "数字をお確かめください", Happened: "有効期限の年は西暦4けた、セキュリティコードも4けたです。",
		Data: "カードには送っていません。残り回数は減っていません。", Steps: []string{"カードの表面を見て、もう一度入力してください。"},
		Staff: "照合番号Bの形が違います。カードに送りません。",
	},
	PhotoWrong: {
		Title: "カードの記載と合いません", Happened: "入力できるのは、あと{tries}回です。",
		Data: "カードはまだ使えます。", Steps: []string{"生年月日の書き方（元号か西暦か）をお確かめください。", "有効期限の年とセキュリティコードをお確かめください。"},
		Staff: "照合番号Bの誤りです。",
	},
	PhotoBlocked: {
		Title: "顔写真を読み取れません", Happened: "カード記載の番号を続けて間違えたため、顔写真の読み取りがロックされています。",
		Data: jaNothingSent, Steps: []string{"カードを持って、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "照合番号Bの残り回数がありません。",
	},
	PhotoMissing: {
		Title: "顔写真を読み取れません", Happened: "カードの顔写真を読み取れませんでした。この登録には顔写真が必要です。",
		Data: jaNothingSent, Steps: []string{"もう一度、初めからお試しください。", "続けて起きるときは、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "券面アプリケーションの顔写真が読めません。",
	},
	PhotoForged: {
		Title: "このカードは受け付けられません", Happened: "カードと顔写真が本物であることを確かめられませんでした。",
		Data: jaNothingSent, Steps: []string{"カードをお取りください。", "ここでやり直しても変わりません。市区町村の窓口でカードを調べてもらってください。"}, Where: jaOffice,
		Staff: "カードの署名が顔写真と合わないか、チップがカードの鍵を持っていません。偽造または複製のおそれがあります。どちらかは記録（signature_valid、chip_genuine）に出ます。目視だけで受け付けないでください。多くのカードで起きるときは、カードリーダーを疑い、管理者に連絡してください。",
	},
	KeyCheck: {
		Title: "本登録キーに打ち間違いがあるようです", Happened: "12けたの数字のどこかが違います。間違えられるのは、あと{chances}回です。",
		Data: "まだ何も送っていません。", Steps: []string{"アプリの画面を見て、もう一度入力してください。"},
		Staff: "本登録キーの検査数字が合いません。",
	},
	KeyScan: {
		Title: "本登録キーのQRコードではありません", Happened: "間違いの回数には数えません。",
		Data: "まだ何も送っていません。", Steps: []string{"アプリの本登録キーのQRコードをかざしてください。", "うまくいかないときは、数字を入力してください。"},
		Staff: "読み取った符号は、本登録キー（watashi:key:）ではありません。",
	},
	KeyUnknown: {
		Title: "この本登録キーは見つかりません", Happened: "プラットフォームに登録のない番号です。間違えられるのは、あと{chances}回です。",
		Data: "まだ何も送っていません。", Steps: []string{"アプリの画面の番号と、1けたずつ見比べてください。", "アプリで新しい本登録キーを出してください。"},
		Staff: "プラットフォームが本登録キーを知りません。",
	},
	KeyUsed: {
		Title: "この本登録キーは、もう使われています", Happened: "一度登録に使ったキーは使えません。間違えられるのは、あと{chances}回です。",
		Data: "まだ何も送っていません。", Steps: []string{"アプリで新しい本登録キーを出してください。"},
		Staff: "本登録キーは使用済みです。",
	},
	KeyExpired: {
		Title: "この本登録キーは、期限が切れています", Happened: "本登録キーが使えるのは、出してから30日間です。間違えられるのは、あと{chances}回です。",
		Data: "まだ何も送っていません。", Steps: []string{"アプリで新しい本登録キーを出してください。"},
		Staff: "本登録キーの期限切れです。",
	},
	KeyTooOften: {
		Title: "本登録キーを5回間違えました", Happened: "安全のため、手続きを終わります。",
		Data: jaNothingSent, Steps: []string{"カードをお取りください。", "アプリで本登録キーをお確かめのうえ、初めからお試しください。"},
		Staff: "本登録キーの誤りが5回になりました。",
	},
	KeyWhose: {
		Title: "絵が違うときは、続けないでください", Happened: "入力したキーは、お客さまのアプリのものではないかもしれません。",
		Data: jaNothingSent, Steps: []string{"ほかの人から聞いたキーは、絶対に入力しないでください。", "お客さまのアプリに出ているキーで、初めからお試しください。"},
		Staff: "利用者が「絵が違う」を選びました。詐欺の可能性があります。お声がけください。",
	},
	SessionTime: {
		Title: "時間が過ぎたため、終了しました", Happened: "しばらく操作がなかったので、安全のために手続きを終わりました。",
		Data: jaNothingSent, Steps: []string{"カードをお取りください。", "もう一度カードを入れると、初めから始められます。"},
		Staff: "操作がなく、手続きを終わりました。カードの置き忘れにご注意ください。",
	},
	SessionStopped: {
		Title: "手続きをやめました", Happened: "「やめる」が押されました。",
		Data: jaNothingSent, Steps: []string{"カードをお取りください。"},
		Staff: "利用者が手続きをやめました。",
	},
	SessionNotMe: {
		Title: "手続きをやめました", Happened: "カードの内容が違うと選ばれました。",
		Data: jaNothingSent, Steps: []string{"カードをお取りください。", "カードの内容が古いときは、市区町村の窓口で手続きをしてください。"}, Where: jaOffice,
		Staff: "利用者が、カードの内容は自分のものではないと選びました。",
	},
	SessionWithdrawn: {
		Title: "登録を取り消しました", Happened: "この登録と端末認証番号は使えません。",
		Data:  "取り消しの知らせをプラットフォームに送ります。お客さまの情報は、この端末に残っていません。",
		Steps: []string{"カードをお取りください。", "もう一度カードを入れると、初めから始められます。"},
		Staff: "登録の取り消しを記録しました。",
	},
	WithdrawalFailed: {
		Title: "取り消しを記録できませんでした", Happened: "端末の不具合で、登録の取り消しを記録できませんでした。",
		Data:  "番号を使わなければ、登録は有効になりません。",
		Steps: []string{"カードをお取りください。", "番号はだれにも教えず、使わないでください。", "心配なときは、下の窓口へご連絡ください。"}, Where: "{contact}",
		Staff: "取り消しを記録（journal）に書き込めません。ディスクを点検してください。",
	},
	PrinterPaper: {
		Title: jaClosed, Happened: "用紙がなくなりました。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "プリンターの用紙を補給してください。",
	},
	PrinterCover: {
		Title: jaClosed, Happened: "プリンターのふたが開いています。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "プリンターのふたを閉めてください。",
	},
	PrinterJam: {
		Title: jaClosed, Happened: "用紙が詰まっています。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "プリンターの紙詰まりを直してください。",
	},
	PrinterCutter: {
		Title: jaClosed, Happened: "プリンターが用紙を切れません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "プリンターのカッターが止まっています。電源を切り、カッターに挟まった紙を取り除いて、電源を入れ直してください。直らなければ交換してください。",
	},
	PrinterHardware: {
		Title: jaClosed, Happened: "プリンターが故障しています。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "プリンターが回復できないエラーを返します。電源を入れ直し、直らなければ交換してください。",
	},
	PrinterOffline: {
		Title: jaClosed, Happened: "プリンターの準備ができていません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "プリンターが答えません。電源とケーブルを確認し、設定（printer）の接続先がこのプリンターかを確かめてください。",
	},
	PrinterUnconfirmed: {
		Title: "控えが印刷できたか、確認できません", Happened: "用紙が出ていないかもしれません。番号をこの画面に表示しました。",
		Data: "登録は受け付けています。", Steps: []string{"番号を書き写すか、写真に撮ってください。"},
		Staff: "プリンターが印刷の完了を返しません。プリンターを点検してください。",
	},
	ReaderNone: {
		Title: jaClosed, Happened: "カードリーダーがつながっていません。", Data: jaNothingSent, Steps: jaCallStaff,
		Staff: "カードリーダーが見つかりません。ケーブルと電源を確認し、別の差し込み口も試してください。直らなければ交換してください。",
	},
	ReaderService: {
		Title: jaClosed, Happened: "カードリーダーの準備ができていません。", Data: jaNothingSent, Steps: jaCallStaff,
		Staff: "カードリーダーのサービス（pcscd）が動いていません。systemctl status pcscd で原因を確かめ、systemctl restart pcscd.socket で起動し直してください。",
	},
	ReaderBusy: {
		Title: jaClosed, Happened: "カードリーダーがほかの処理に使われています。", Data: jaNothingSent, Steps: jaCallStaff,
		Staff: "別のプログラムがカードリーダーを使っています。そのプログラム（診断ツール、OpenSC、ログオン用の部品など）を終わらせてください。",
	},
	ReaderFault: {
		Title: jaClosed, Happened: "カードリーダーが故障しています。", Data: jaNothingSent, Steps: jaCallStaff,
		Staff: "カードリーダーがエラーを返します。抜き差しして電源を入れ直し、直らなければ交換してください。",
	},
	SensorTamper: {
		Title: jaClosed, Happened: "安全装置が働いたため、この端末を止めました。",
		Data: "途中だった手続きは送られていません。受け付けた登録は、そのまま有効です。", Steps: jaElsewhere,
		Staff: "開封の検知（tamper）が働きました。再起動しても受付は再開しません。筐体と封印を調べ、異状がなければ watashi-provision device tamper clear で解除してください。",
	},
	SensorDoor: {
		Title: jaClosed, Happened: "端末の扉が開いています。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "筐体の扉を閉めてください。閉めても消えないときは、扉のスイッチと配線、設定（sensors.door）を確認してください。",
	},
	SensorSwitch: {
		Title: jaClosed, Happened: "係員が点検しています。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "係員用の鍵スイッチが「運用」の位置にありません。点検が終わったら戻してください。",
	},
	SensorNone: {
		Title: jaClosed, Happened: "端末の安全装置を確認できません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "センサーの状態が読めません。配線と、設定（sensors）のチップと線の番号、読み取りの権限を確認してください。",
	},
	ScreenNone: {
		Title: jaClosed, Happened: "画面の準備ができていません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "画面のブラウザーが接続されていません。",
	},
	DiskFull: {
		Title: jaClosed, Happened: "端末の記憶域が足りません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "ディスクの空きが足りません。",
	},
	DiskFault: {
		Title: "端末の記録に失敗しました", Happened: "お客さまのせいではありません。安全のため、手続きを終わります。",
		Data:  "この登録は有効になりません。お客さまの情報は、読める形では残っていません。",
		Steps: []string{"カードをお取りください。", "お近くの別の端末で、初めからお試しください。"},
		Staff: "記録（journal）に書き込めません。ディスクを点検してください。書き込めるようになると、自動でサービスを再開します。",
	},
	QueueFull: {
		Title: jaClosed, Happened: "送信を待っている登録が多いため、受付を止めています。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "未送信の登録が上限に達しました。ネットワークを確認してください。",
	},
	QueueOld: {
		Title: jaClosed, Happened: "送信を待っている登録があるため、受付を止めています。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "未送信の登録が古くなっています。ネットワークを確認してください。",
	},
	JournalFull: {
		Title: jaClosed, Happened: "これ以上、登録をお預かりできません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "ジャーナルの大きさが上限に近づいています。未送信の登録が送られるよう、ネットワークを確認してください。",
	},
	Clock: {
		Title: jaClosed, Happened: "端末の時計が合っていません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "端末の時計を合わせてください。プラットフォームの時刻より5分以上ずれているか、過去の日時です。",
	},
	HoursClosed: {
		Title: "ただいま受付時間外です", Happened: "次の受付は、{opens}からです。", Data: jaNotTaken,
		Steps: []string{"カードは入れないでください。", "カードが入っているときは、お取りください。", "受付時間内にお越しください。"},
		Staff: "バンドルの受付時間（hours）の外です。故障ではありません。",
	},
	Offline: {
		Title: jaClosed, Happened: "プラットフォームに接続できません。", Data: jaNothingSent, Steps: jaCallStaff,
		Staff: "プラットフォームに届きません。uplinkdとネットワークを確認してください。",
	},
	OfflineNow: {
		Title: "プラットフォームに接続できなくなりました", Happened: "本登録キーを確認できないため、手続きを終わります。",
		Data: jaNothingSent, Steps: []string{"カードをお取りください。", "しばらくしてからお試しいただくか、お近くの別の端末をご利用ください。"},
		Staff: "手続きの途中でプラットフォームに届かなくなりました。ネットワークを確認してください。",
	},
	TerminalFault: {
		Title: "端末の中で不具合が起きました", Happened: "お客さまのせいではありません。安全のため、手続きを終わります。",
		Data: jaNothingSent, Steps: []string{"カードをお取りください。", "お近くの別の端末で、初めからお試しください。"},
		Staff: "端末内部の処理が失敗しました。ログを確認してください。",
	},
	TerminalStarting: {
		Title: "準備をしています", Happened: "端末を起動しています。", Data: jaNotTaken, Steps: []string{"少しお待ちください。"},
		Staff: "起動中です。前回の記録を確認しています。",
	},
	SetUpMissing: {
		Title: jaClosed, Happened: "端末の設定が終わっていません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "設定（bundle）がないか、使えません。watashi-provision を実行してください。",
	},
	TerminalSuspended: {
		Title: jaClosed, Happened: "この端末の利用が止められています。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "プラットフォームがこの端末の利用を停止（または廃止）しました。運用者に理由を確かめてください。停止の場合は、運用者が再開（reinstate）すると、1分ほどで自動で受付を始めます。未送信の登録は送られます。",
	},
	ChipNone: {
		Title: jaClosed, Happened: "端末が自分の鍵を使えません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "TPM が応答しないか、開けません。ファームウェアの設定、/dev/tpmrm0、その権限を確認してください。直れば自動で再開します。",
	},
	ChipCleared: {
		Title: jaClosed, Happened: "端末が自分の鍵を使えません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "鍵がこの TPM のものではありません（TPM の消去、または基板の交換）。新しいトークンで watashi-provision init --replace を実行してください。",
	},
	ChipLockout: {
		Title: jaClosed, Happened: "端末が自分の鍵を使えません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "TPM がロックアウト中です。時間をおくか、ロックアウトの認証で解除してください。解除されれば自動で再開します。",
	},
	ChipFault: {
		Title: jaClosed, Happened: "端末が自分の鍵を使えません。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: "TPM の故障、または使用中です。理由は status にあります。故障なら電源を一度切ってください。",
	},
	RefusedKeyUnknown: {
		Title: "登録できませんでした", Happened: "本登録キーが見つかりません。端末認証番号は発行されません。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "アプリで新しい本登録キーを出し、初めからお試しください。"},
		Staff: "プラットフォームの拒否: 本登録キーが不明。",
	},
	RefusedKeyUsed: {
		Title: "登録できませんでした", Happened: "本登録キーは、もう使われています。端末認証番号は発行されません。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "アプリで新しい本登録キーを出し、初めからお試しください。"},
		Staff: "プラットフォームの拒否: 本登録キーが使用済み。",
	},
	RefusedKeyExpired: {
		Title: "登録できませんでした", Happened: "本登録キーの期限が切れています。端末認証番号は発行されません。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "アプリで新しい本登録キーを出し、初めからお試しください。"},
		Staff: "プラットフォームの拒否: 本登録キーの期限切れ。",
	},
	RefusedRevoked: {
		Title: "登録できませんでした", Happened: "カードの電子証明書は失効しています。引っ越しや氏名の変更をしたときは、更新が必要です。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "市区町村の窓口で、電子証明書を更新してください。"}, Where: jaOffice,
		Staff: "プラットフォームの拒否: 署名用電子証明書の失効。",
	},
	RefusedExpired: {
		Title: "登録できませんでした", Happened: "カードの電子証明書の有効期限が切れています。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "市区町村の窓口で、電子証明書を更新してください。"}, Where: jaOffice,
		Staff: "プラットフォームの拒否: 署名用電子証明書の期限切れ。",
	},
	RefusedUnfit: {
		Title: "登録できませんでした", Happened: "カードの電子証明書は、この登録に使えません。まだ有効期間が始まっていない場合もあります。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードを持って、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "プラットフォームの拒否: JPKIの署名用電子証明書ではない、または有効期間の開始前。",
	},
	RefusedIssuer: {
		Title: "登録できませんでした", Happened: "カードの電子証明書の発行者を確認できませんでした。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードを持って、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "プラットフォームの拒否: 署名用電子証明書の発行者が不明。",
	},
	RefusedSignature: {
		Title: "登録できませんでした", Happened: "カードが作った電子署名を確認できませんでした。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "初めからお試しください。", "同じことが起きたら、市区町村の窓口でご相談ください。"}, Where: jaOffice,
		Staff: "プラットフォームの拒否: カードの署名を検証できない。ほかのカードでも起きるときは、管理者に連絡してください。",
	},
	RefusedAttributes: {
		Title: "この端末では登録できませんでした", Happened: "端末が送った内容が、カードの電子証明書の内容と違っていました。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "お近くの別の端末で、初めからお試しください。"},
		Staff: "プラットフォームの拒否: 申請情報と電子証明書の不一致。管理者に連絡してください。",
	},
	RefusedPhoto: {
		Title: "登録できませんでした", Happened: "カードの顔写真が正しく届きませんでした。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "初めからやり直し、もう一度顔写真を読み取ってください。"},
		Staff: "プラットフォームの拒否: 顔写真がない、署名されたものと違う、またはカードの署名を確かめた記録（photo_check）がない。続くときは、管理者に連絡してください。",
	},
	RefusedTerminal: {
		Title: "この端末では登録できませんでした", Happened: "お客さまのカードのせいではありません。端末の登録に問題があります。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "お近くの別の端末で、初めからお試しください。"},
		Staff: "プラットフォームの拒否: 端末の証明書。管理者に連絡してください。",
	},
	RefusedSetUp: {
		Title: "この端末では登録できませんでした", Happened: "お客さまのカードのせいではありません。端末の設定が、プラットフォームの求めるものと違っています。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "お近くの別の端末で、初めからお試しください。"},
		Staff: "プラットフォームの拒否: 環境かプラットフォームの相違、または同意文か番号の種類が現行でない。端末のバンドルを確かめてください。",
	},
	RefusedClock: {
		Title: "この端末では登録できませんでした", Happened: "お客さまのカードのせいではありません。端末の時計が合っていません。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "お近くの別の端末で、初めからお試しください。"},
		Staff: "プラットフォームの拒否: 時刻が不自然。端末の時計を合わせてください。",
	},
	RefusedWithdrawn: {
		Title: "登録できませんでした", Happened: "この登録は取り消されています。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "登録をご希望の場合は、初めからお試しください。"},
		Staff: "プラットフォームの拒否: 登録の取り消し。",
	},
	RefusedLate: {
		Title: "登録できませんでした", Happened: "登録がプラットフォームに届いたとき、端末認証番号の期限が切れていました。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "初めからお試しください。"},
		Staff: "プラットフォームの拒否: 到着時に番号の期限切れ。端末のネットワークを確かめてください。",
	},
	RefusedOther: {
		Title: "登録できませんでした", Happened: "プラットフォームが、この登録を受け付けませんでした。",
		Data: "送られた情報は登録に使われません。", Steps: []string{"カードをお取りください。", "お近くの別の端末で、初めからお試しください。"},
		Staff: "プラットフォームの拒否: その他。参照番号を添えて問い合わせてください。",
	},
	ProductionKey: {
		Title: jaClosed, Happened: "端末の設定に問題があります。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: jaStaffSetUp + "端末の鍵がファイルにあります。TPMの鍵が必要です。",
	},
	ProductionBundle: {
		Title: jaClosed, Happened: "端末の設定に問題があります。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: jaStaffSetUp + "試験用の設定（bundle）です。",
	},
	ProductionCertificate: {
		Title: jaClosed, Happened: "端末の設定に問題があります。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: jaStaffSetUp + "試験用の端末証明書です。",
	},
	ProductionCA: {
		Title: jaClosed, Happened: "端末の設定に問題があります。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: jaStaffSetUp + "公的個人認証の認証局ではない証明書が入っています。",
	},
	ProductionReader: {
		Title: jaClosed, Happened: "端末の設定に問題があります。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: jaStaffSetUp + "仮想のカードリーダーがつながっています。",
	},
	ProductionOther: {
		Title: jaClosed, Happened: "端末の設定に問題があります。", Data: jaNotTaken, Steps: jaCallStaff,
		Staff: jaStaffSetUp + "ログを確認してください。",
	},
}

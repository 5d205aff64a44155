package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	easyNothingSent = "あなたの情報（じょうほう）は送っていません。この機械（きかい）にも残っていません。"
	easyNotTaken    = "あなたの情報（じょうほう）は、何ももらっていません。"
	easyNotYetSent  = "まだ何も送っていません。"
	easyUnused      = "送った情報（じょうほう）は使いません。"
	easyReset       = "市役所などか、コンビニのコピー機（6:30〜23:00）"
	easyOffice      = "住んでいる所の市役所・区役所・町や村の役場"
	easyClosed      = "今は使えません"
	easyRefused     = "登録（とうろく）できませんでした"
	easyRefusedHere = "この機械（きかい）では登録（とうろく）できませんでした"
	easyNoKey       = "この機械（きかい）は今、自分のかぎ（暗号）を使えません。"
	easyNotSetUp    = "この機械（きかい）の設定（せってい）が正しくありません。"
	easyTake        = "カードを取ってください。"
	easyAgain       = "はじめから、もう一度してください。"
	easyAsk         = "カードを持って、市役所（しやくしょ）に行って聞いてください。"
	easyAskThen     = "また同じことが起きたら、市役所（しやくしょ）に行って聞いてください。"
	easyOther       = "近くにあるほかの機械で、はじめからしてください。"
	easyNewKey      = "アプリで、新しい本登録（ほんとうろく）キーを出してください。"
	easyRenew       = "市役所（しやくしょ）で、電子証明書を新しくしてください。"
)

var (
	easyCallStaff = []string{
		"カードを入れないでください。", "カードが入っているときは、取ってください。", "あとで来てください。近くにあるほかの機械を使ってもいいです。",
	}
	easyElsewhere    = []string{"カードが入っているときは、取ってください。", "近くにあるほかの機械を使ってください。"}
	easyTakeAndOther = []string{easyTake, easyOther}
	easyTakeAndRenew = []string{easyTake, easyRenew}
	easyTakeNewKey   = []string{easyTake, "アプリで新しい本登録（ほんとうろく）キーを出して、はじめからしてください。"}
)

var easyJapaneseFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "カードがぬけました", Happened: "とちゅうでカードがぬけました。それで、やめました。",
		Data: easyNothingSent, Steps: []string{"続けるときは、もう一度カードを入れてください。", "「カードを取ってください」と出るまで、カードを動かさないでください。"},
	},
	CardNotMyNumber: {
		Title: "マイナンバーカードではないようです", Happened: "入れたカードは、ここで使えません。",
		Data: easyNotTaken, Steps: []string{"何のカードか、見てください。", "ケースから出してください。金色のICチップの向きを見てください。", "マイナンバーカードを、もう一度入れてください。"},
	},
	CardOld: {
		Title: "住民基本台帳カードは使えません", Happened: "マイナンバーカードより前の、古いカードです。",
		Data: easyNotTaken, Steps: []string{easyTake, "マイナンバーカードがあれば、入れてください。", "なければ、市役所（しやくしょ）で聞いてください。"}, Where: easyOffice,
	},
	CardNoSigning: {
		Title:    "署名用電子証明書がありません",
		Happened: "署名用電子証明書（でんししょうめいしょ）は、15さいより小さい子どもと、「いりません」と言った人のカードにはありません。カードはこわれていません。",
		Data:     easyNotTaken, Steps: []string{easyTake, "市役所（しやくしょ）に行って、「署名用電子証明書がほしい」と言ってください。"}, Where: easyOffice,
	},
	CardBlocked: {
		Title:    "暗証番号が使えません（ロック）",
		Happened: "署名用の暗証番号（あんしょうばんごう）を、5回続けてまちがえました。この機械（きかい）では直せません。",
		Data:     "あなたの情報（じょうほう）は送っていません。残っていません。", Steps: []string{
			"カードを取って、番号を決め直してください。無料です。", "コンビニ：アプリで予約して、24時間の間に行きます。",
			"数字4つの番号も分からない人は、市役所に行きます。", "そのあと、またここに来てください。",
		}, Where: easyReset,
	},
	CardExpired: {
		Title:    "電子証明書が古くて使えません",
		Happened: "署名用電子証明書（でんししょうめいしょ）は、もらってから5回目のたんじょう日までです。引っこしや、名前が変わったときも、使えなくなります。",
		Data:     easyNothingSent, Steps: []string{easyRenew}, Where: easyOffice,
	},
	CardNotYet: {
		Title: "カードの電子証明書（でんししょうめいしょ）は、まだ使えません", Happened: "使える日が、まだ来ていません。",
		Data: easyNothingSent, Steps: []string{"ほかの日に、また来てください。"}, Where: easyOffice,
	},
	CardIssuer: {
		Title: "電子証明書（でんししょうめいしょ）が本物か、分かりません", Happened: "カードの電子証明書をだれが作ったか、この機械（きかい）では分かりません。",
		Data: easyNothingSent, Steps: []string{easyAsk}, Where: easyOffice,
	},
	CardKeyType: {
		Title: "この機械（きかい）では、まだ使えないカードです", Happened: "カードが新しいので、この機械では使えません。",
		Data: easyNothingSent, Steps: []string{"新しいカードを使うことができる機械に行ってください。"},
	},
	CardCertificate: {
		Title: "カードの中を読めません", Happened: "カードの電子証明書（でんししょうめいしょ）の形が正しくありません。",
		Data: easyNothingSent, Steps: []string{easyAsk}, Where: easyOffice,
	},
	CardSignature: {
		Title: "カードで署名（しょめい）できませんでした", Happened: "カードから署名が来ませんでした。または、画面で見せたものとちがいました。",
		Data: easyNothingSent, Steps: []string{easyAgain, easyAskThen}, Where: easyOffice,
	},
	CardUnreadable: {
		Title: "カードを読めませんでした", Happened: "カードがよごれているか、正しい所にありません。",
		Data: easyNothingSent, Steps: []string{"ケースから出して、金色のICチップをやわらかいぬのでふいてください。", "もう一度カードを入れてください。動かさないでください。"},
	},
	CardMute: {
		Title: "カードの返事がありません", Happened: "カードの表とうらがちがうか、ICチップがよごれています。またはICチップがないカードです。",
		Data: easyNotTaken, Steps: []string{"カードを取って、ケースから出してください。", "向きを見てください。金色のICチップをやわらかいぬのでふいてください。", "もう一度カードを入れてください。"},
	},
	CardTwo: {
		Title: "カードが2まいあります", Happened: "どのカードを使うか、分かりません。",
		Data: easyNothingSent, Steps: []string{"使うマイナンバーカードを1まいだけ残してください。ほかのカードは取ってください。", "ケースやさいふから出して、カードだけを入れてください。"},
	},
	CardForgotten: {
		Title: "カードがのこっています", Happened: "だれかのカードが、この機械にあります。", Data: easyNotTaken,
		Steps: []string{"あなたのカードなら、取ってください。", "あなたのカードでなければ、さわらないで、お店の人に言ってください。"},
	},
	CardPhone: {
		Title: "スマートフォンは使えません", Happened: "スマートフォンの中の電子証明書（でんししょうめいしょ）は、この機械（きかい）で使えません。",
		Data: easyNotTaken, Steps: []string{"スマートフォンをはなしてください。", "マイナンバーカードを入れてください。"},
	},
	CardUnknown: {
		Title: "この機械（きかい）では、まだ使えないカードです", Happened: "この機械が知らない、新しいカードのようです。カードはこわれていません。",
		Data: easyNotTaken, Steps: []string{easyTake, "新しいカードを使うことができる機械に行ってください。", "分からないときは、下に聞いてください。"}, Where: "{contact}",
	},
	CardFaceOnly: {
		Title:    "顔認証マイナンバーカードは使えません",
		Happened: "暗証番号がないカードです。署名用電子証明書（でんししょうめいしょ）がありません。カードはこわれていません。",
		Data:     easyNotTaken, Steps: []string{easyTake, "暗証番号があるカードに変えます。市役所（しやくしょ）で聞いてください。"}, Where: easyOffice,
	},
	PINShape: {
		Title: "ちがう番号のようです", Happened: "英語の文字と数字の両方を使う、6から16文字です。数字4つの暗証番号（あんしょうばんごう）ではありません。",
		Data: "カードに送っていません。できる回数は、へっていません。", Steps: []string{"6から16文字の暗証番号を入れてください。"},
	},
	PINWrong: {
		Title: "暗証番号（あんしょうばんごう）がちがいます", Happened: "あと{tries}回できます。0回になると、カードのこの番号は使えなくなります。",
		Data: "カードはまだ使えます。", Steps: []string{"よく分からない人は、「やめる」をおしてください。暗証番号を書いた紙を見てください。"},
	},
	PINLast: {
		Title: "あと1回だけです", Happened: "カードの暗証番号（あんしょうばんごう）が使えなくならないように、ここでやめました。",
		Data: easyNothingSent, Steps: []string{easyTake, "暗証番号を書いた紙を見てから、はじめからしてください。"},
	},
	PhotoShape: {
		Title: "数字をもう一度見てください", Happened: "使える最後の年は、4つの数字です。セキュリティコードも、4つの数字です。",
		Data: "カードに送っていません。できる回数は、へっていません。", Steps: []string{"カードの表（おもて）を見て、もう一度入れてください。"},
	},
	PhotoWrong: {
		Title: "カードに書いてあるものとちがいます", Happened: "あと{tries}回できます。",
		Data: "カードはまだ使えます。", Steps: []string{"カードの生年月日を見てください。日本の年（昭和など）か、西暦か、どちらですか。", "使える最後の年と、セキュリティコードを見てください。"},
	},
	PhotoBlocked: {
		Title: "顔の写真を読めません", Happened: "カードに書いてある番号を、何回もまちがえました。それで、写真を読めなくなりました。",
		Data: easyNothingSent, Steps: []string{easyAsk}, Where: easyOffice,
	},
	PhotoMissing: {
		Title: "顔の写真を読めません", Happened: "カードの顔の写真を読めませんでした。この登録（とうろく）には、写真がいります。",
		Data: easyNothingSent, Steps: []string{easyAgain, easyAskThen}, Where: easyOffice,
	},
	PhotoForged: {
		Title: "このカードは使えません", Happened: "カードと写真が本物かどうか、分かりませんでした。",
		Data: easyNothingSent, Steps: []string{easyTake, "ここでもう一度しても、同じです。市役所（しやくしょ）でカードを見てもらってください。"}, Where: easyOffice,
	},
	KeyCheck: {
		Title: "番号を打ちまちがえたようです", Happened: "本登録（ほんとうろく）キーの12の数字の、どれかがちがいます。あと{chances}回できます。",
		Data: easyNotYetSent, Steps: []string{"アプリの画面を見て、もう一度入れてください。"},
	},
	KeyScan: {
		Title: "本登録（ほんとうろく）キーのQRコードではありません", Happened: "まちがいの回数には、入りません。",
		Data: easyNotYetSent, Steps: []string{"アプリの本登録キーのQRコードを近づけてください。", "できないときは、数字を入れてください。"},
	},
	KeyUnknown: {
		Title: "この本登録（ほんとうろく）キーは、見つかりません", Happened: "プラットフォーム（調べる所）に、この番号はありません。あと{chances}回できます。",
		Data: easyNotYetSent, Steps: []string{"アプリの番号と、1つずつくらべてください。", "または、アプリで新しい本登録キーを出してください。"},
	},
	KeyUsed: {
		Title: "この本登録（ほんとうろく）キーは、もう使いました", Happened: "本登録キーは、1回だけ使えます。あと{chances}回できます。",
		Data: easyNotYetSent, Steps: []string{easyNewKey},
	},
	KeyExpired: {
		Title: "この本登録（ほんとうろく）キーは、古くて使えません", Happened: "本登録キーは、30日間だけ使えます。あと{chances}回できます。",
		Data: easyNotYetSent, Steps: []string{easyNewKey},
	},
	KeyTooOften: {
		Title: "本登録（ほんとうろく）キーを5回まちがえました", Happened: "安全のために、ここでやめました。",
		Data: easyNothingSent, Steps: []string{easyTake, "アプリの本登録キーを見て、はじめからしてください。"},
	},
	KeyWhose: {
		Title: "絵がちがいます。続けないでください", Happened: "入れた番号は、あなたのアプリの番号ではないかもしれません。",
		Data: easyNothingSent, Steps: []string{"ほかの人から聞いた番号は、絶対（ぜったい）に入れないでください。", "あなたのアプリの番号で、はじめからしてください。"},
	},
	SessionTime: {
		Title: "時間がすぎました。終わります", Happened: "しばらく、だれも画面をさわりませんでした。安全のために、やめました。",
		Data: easyNothingSent, Steps: []string{easyTake, "もう一度カードを入れると、はじめからできます。"},
	},
	SessionStopped: {
		Title: "やめました", Happened: "あなたは「やめる」をおしました。",
		Data: easyNothingSent, Steps: []string{easyTake},
	},
	SessionNotMe: {
		Title: "やめました", Happened: "あなたは、カードの情報（じょうほう）が「ちがいます」と答えました。",
		Data: easyNothingSent, Steps: []string{easyTake, "カードの情報が古いときは、市役所（しやくしょ）で直してください。"}, Where: easyOffice,
	},
	SessionWithdrawn: {
		Title: "登録（とうろく）を取り消しました", Happened: "この登録と端末認証番号（たんまつにんしょうばんごう）は、使えません。",
		Data:  "取り消したことを、プラットフォーム（送った所）に知らせます。あなたの情報（じょうほう）は、この機械（きかい）に残っていません。",
		Steps: []string{easyTake, "もう一度カードを入れると、はじめからできます。"},
	},
	WithdrawalFailed: {
		Title: "取り消しを記録（きろく）できませんでした", Happened: "この機械（きかい）がうまく動きませんでした。",
		Data:  "番号をだれも使わなければ、登録（とうろく）は始まりません。",
		Steps: []string{easyTake, "番号を使わないでください。だれにも教えないでください。", "心配なときは、下に電話してください。"}, Where: "{contact}",
	},
	PrinterPaper:    {Title: easyClosed, Happened: "紙がありません。", Data: easyNotTaken, Steps: easyCallStaff},
	PrinterCover:    {Title: easyClosed, Happened: "プリンター（紙が出る機械）のふたが開いています。", Data: easyNotTaken, Steps: easyCallStaff},
	PrinterJam:      {Title: easyClosed, Happened: "紙がつまっています。", Data: easyNotTaken, Steps: easyCallStaff},
	PrinterCutter:   {Title: easyClosed, Happened: "プリンター（紙が出る機械）が紙を切れません。", Data: easyNotTaken, Steps: easyCallStaff},
	PrinterHardware: {Title: easyClosed, Happened: "プリンター（紙が出る機械）がこわれています。", Data: easyNotTaken, Steps: easyCallStaff},
	PrinterOffline:  {Title: easyClosed, Happened: "プリンター（紙が出る機械）は、まだ動きません。", Data: easyNotTaken, Steps: easyCallStaff},
	PrinterUnconfirmed: {
		Title: "紙が出たか、分かりません", Happened: "紙が出ていないかもしれません。それで、番号をこの画面に出しました。",
		Data: "登録（とうろく）は受け取りました。", Steps: []string{"番号を紙に書くか、写真をとってください。"},
	},
	ReaderNone:    {Title: easyClosed, Happened: "カードを読む機械が、つながっていません。", Data: easyNothingSent, Steps: easyCallStaff},
	ReaderService: {Title: easyClosed, Happened: "カードを読む機械は、まだ動きません。", Data: easyNothingSent, Steps: easyCallStaff},
	ReaderBusy:    {Title: easyClosed, Happened: "カードを読む機械を、ほかのことに使っています。", Data: easyNothingSent, Steps: easyCallStaff},
	ReaderFault:   {Title: easyClosed, Happened: "カードを読む機械が、こわれています。", Data: easyNothingSent, Steps: easyCallStaff},
	SensorTamper: {
		Title: easyClosed, Happened: "安全のために、この機械（きかい）を止めました。",
		Data: "とちゅうだったものは、送っていません。もう受け取った登録（とうろく）は、使えます。", Steps: easyElsewhere,
	},
	SensorDoor:   {Title: easyClosed, Happened: "この機械（きかい）のドアが開いています。", Data: easyNotTaken, Steps: easyCallStaff},
	SensorSwitch: {Title: easyClosed, Happened: "係の人が、この機械（きかい）を調べています。", Data: easyNotTaken, Steps: easyCallStaff},
	SensorNone:   {Title: easyClosed, Happened: "この機械（きかい）が安全かどうか、今は調べられません。", Data: easyNotTaken, Steps: easyCallStaff},
	ScreenNone:   {Title: easyClosed, Happened: "画面は、まだ使えません。", Data: easyNotTaken, Steps: easyCallStaff},
	DiskFull:     {Title: easyClosed, Happened: "この機械（きかい）の中が、いっぱいです。", Data: easyNotTaken, Steps: easyCallStaff},
	DiskFault: {
		Title: "機械（きかい）が記録（きろく）できませんでした", Happened: "あなたは悪くありません。安全のために、ここでやめました。",
		Data:  "この登録（とうろく）は使えません。あなたの情報（じょうほう）は、読める形では残っていません。",
		Steps: easyTakeAndOther,
	},
	QueueFull:   {Title: easyClosed, Happened: "まだ送っていない登録（とうろく）が多いので、止めています。", Data: easyNotTaken, Steps: easyCallStaff},
	QueueOld:    {Title: easyClosed, Happened: "まだ送っていない登録（とうろく）があるので、止めています。", Data: easyNotTaken, Steps: easyCallStaff},
	JournalFull: {Title: easyClosed, Happened: "この機械（きかい）は、もう登録（とうろく）を受け取れません。", Data: easyNotTaken, Steps: easyCallStaff},
	Clock:       {Title: easyClosed, Happened: "この機械（きかい）の時計が合っていません。", Data: easyNotTaken, Steps: easyCallStaff},
	HoursClosed: {
		Title: "今は、使える時間ではありません", Happened: "次は、{opens}から使えます。", Data: easyNotTaken,
		Steps: []string{"カードを入れないでください。", "カードが入っているときは、取ってください。", "使える時間に来てください。"},
	},
	Offline: {Title: easyClosed, Happened: "プラットフォーム（送る所）とつながりません。", Data: easyNothingSent, Steps: easyCallStaff},
	OfflineNow: {
		Title: "プラットフォーム（送る所）とつながらなくなりました", Happened: "本登録（ほんとうろく）キーを調べられません。ここでやめました。",
		Data: easyNothingSent, Steps: []string{easyTake, "あとで来てください。近くにあるほかの機械を使ってもいいです。"},
	},
	TerminalFault: {
		Title: "機械（きかい）の中で、問題が起きました", Happened: "あなたは悪くありません。安全のために、ここでやめました。",
		Data: easyNothingSent, Steps: easyTakeAndOther,
	},
	TerminalStarting:  {Title: "じゅんびをしています", Happened: "この機械（きかい）は、動き始めています。", Data: easyNotTaken, Steps: []string{"少し待ってください。"}},
	SetUpMissing:      {Title: easyClosed, Happened: "この機械（きかい）の設定（せってい）が、まだ終わっていません。", Data: easyNotTaken, Steps: easyCallStaff},
	TerminalSuspended: {Title: easyClosed, Happened: "今、この機械（きかい）は止められています。", Data: easyNotTaken, Steps: easyCallStaff},
	ChipNone:          {Title: easyClosed, Happened: easyNoKey, Data: easyNotTaken, Steps: easyCallStaff},
	ChipCleared:       {Title: easyClosed, Happened: easyNoKey, Data: easyNotTaken, Steps: easyCallStaff},
	ChipLockout:       {Title: easyClosed, Happened: easyNoKey, Data: easyNotTaken, Steps: easyCallStaff},
	ChipFault:         {Title: easyClosed, Happened: easyNoKey, Data: easyNotTaken, Steps: easyCallStaff},
	RefusedKeyUnknown: {Title: easyRefused, Happened: "本登録（ほんとうろく）キーが見つかりません。端末認証番号（たんまつにんしょうばんごう）は出ません。", Data: easyUnused, Steps: easyTakeNewKey},
	RefusedKeyUsed:    {Title: easyRefused, Happened: "本登録（ほんとうろく）キーは、もう使ったものです。端末認証番号（たんまつにんしょうばんごう）は出ません。", Data: easyUnused, Steps: easyTakeNewKey},
	RefusedKeyExpired: {Title: easyRefused, Happened: "本登録（ほんとうろく）キーが古くて使えません。端末認証番号（たんまつにんしょうばんごう）は出ません。", Data: easyUnused, Steps: easyTakeNewKey},
	RefusedRevoked: {
		Title: easyRefused, Happened: "カードの電子証明書（でんししょうめいしょ）は、もう使えません。引っこしたり、名前が変わったりしたときは、新しくします。",
		Data: easyUnused, Steps: easyTakeAndRenew, Where: easyOffice,
	},
	RefusedExpired: {Title: easyRefused, Happened: "カードの電子証明書（でんししょうめいしょ）が古くて使えません。", Data: easyUnused, Steps: easyTakeAndRenew, Where: easyOffice},
	RefusedUnfit: {
		Title: easyRefused, Happened: "カードの電子証明書（でんししょうめいしょ）は、この登録に使えません。使える日が、まだ来ていないかもしれません。",
		Data: easyUnused, Steps: []string{easyAsk}, Where: easyOffice,
	},
	RefusedIssuer:     {Title: easyRefused, Happened: "カードの電子証明書（でんししょうめいしょ）をだれが作ったか、分かりませんでした。", Data: easyUnused, Steps: []string{easyAsk}, Where: easyOffice},
	RefusedSignature:  {Title: easyRefused, Happened: "カードの署名（しょめい）が正しいか、分かりませんでした。", Data: easyUnused, Steps: []string{easyTake, easyAgain, easyAskThen}, Where: easyOffice},
	RefusedAttributes: {Title: easyRefusedHere, Happened: "機械が送った情報（じょうほう）が、カードの電子証明書（でんししょうめいしょ）とちがいました。", Data: easyUnused, Steps: easyTakeAndOther},
	RefusedPhoto:      {Title: easyRefused, Happened: "カードの顔の写真が、正しくとどきませんでした。", Data: easyUnused, Steps: []string{easyTake, "はじめからして、もう一度、顔の写真を読んでください。"}},
	RefusedTerminal:   {Title: easyRefusedHere, Happened: "あなたのカードは悪くありません。この機械の登録に問題があります。", Data: easyUnused, Steps: easyTakeAndOther},
	RefusedSetUp:      {Title: easyRefusedHere, Happened: "あなたのカードは悪くありません。この機械の設定（せってい）が、プラットフォーム（送った所）が決めたものとちがいます。", Data: easyUnused, Steps: easyTakeAndOther},
	RefusedClock:      {Title: easyRefusedHere, Happened: "あなたのカードは悪くありません。この機械の時計が合っていません。", Data: easyUnused, Steps: easyTakeAndOther},
	RefusedWithdrawn:  {Title: easyRefused, Happened: "この登録は、取り消してあります。", Data: easyUnused, Steps: []string{easyTake, "登録したい人は、はじめからしてください。"}},
	RefusedLate: {
		Title: easyRefused, Happened: "登録がプラットフォーム（送った所）にとどくのが、おそくなりました。端末認証番号（たんまつにんしょうばんごう）は、もう使えませんでした。",
		Data: easyUnused, Steps: []string{easyTake, easyAgain},
	},
	RefusedOther:          {Title: easyRefused, Happened: "プラットフォーム（送った所）が、この登録を受け取りませんでした。", Data: easyUnused, Steps: easyTakeAndOther},
	ProductionKey:         {Title: easyClosed, Happened: easyNotSetUp, Data: easyNotTaken, Steps: easyCallStaff},
	ProductionBundle:      {Title: easyClosed, Happened: easyNotSetUp, Data: easyNotTaken, Steps: easyCallStaff},
	ProductionCertificate: {Title: easyClosed, Happened: easyNotSetUp, Data: easyNotTaken, Steps: easyCallStaff},
	ProductionCA:          {Title: easyClosed, Happened: easyNotSetUp, Data: easyNotTaken, Steps: easyCallStaff},
	ProductionReader:      {Title: easyClosed, Happened: easyNotSetUp, Data: easyNotTaken, Steps: easyCallStaff},
	ProductionOther:       {Title: easyClosed, Happened: easyNotSetUp, Data: easyNotTaken, Steps: easyCallStaff},
}

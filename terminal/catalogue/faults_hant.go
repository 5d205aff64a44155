package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	hantNothingSent = "您的資料沒有傳送出去，也沒有留在本機台上。"
	hantNotTaken    = "沒有取得您的任何資料。"
	hantNotYetSent  = "尚未傳送任何內容。"
	hantUnused      = "已傳送的資料不會被使用。"
	hantReset       = "市區町村窗口（市役所等），或便利商店的多功能影印機（6:30～23:00）"
	hantOffice      = "您居住地的市區町村窗口（市役所、區役所等）"
	hantClosed      = "暫停服務"
	hantRefused     = "無法完成登錄"
	hantRefusedHere = "無法在本機台完成登錄"
	hantNoKey       = "本機台目前無法使用自身的金鑰。"
	hantNotSetUp    = "本機台的設定有問題。"
	hantTake        = "請取走您的卡片。"
	hantAgain       = "請從頭再試一次。"
	hantAsk         = "請攜帶卡片到市區町村窗口洽詢。"
	hantAskThen     = "若再次發生，請到市區町村窗口洽詢。"
	hantOther       = "請在附近的其他機台重新辦理。"
	hantNewKey      = "請在應用程式中取得新的登錄金鑰。"
	hantRenew       = "請到市區町村窗口更新電子憑證。"
	hantNewCard     = "請使用支援新卡片的機台。"
)

var (
	hantCallStaff    = []string{"請勿放入卡片。", "若卡片已放入，請取走。", "請稍後再試，或使用附近的其他機台。"}
	hantElsewhere    = []string{"若卡片已放入，請取走。", "請使用附近的其他機台。"}
	hantTakeAndOther = []string{hantTake, hantOther}
	hantTakeAndRenew = []string{hantTake, hantRenew}
	hantTakeNewKey   = []string{hantTake, "請在應用程式中取得新的登錄金鑰，再重新辦理。"}
)

var traditionalChineseFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "卡片已被取出", Happened: "手續完成之前卡片已離開，因此中止。",
		Data: hantNothingSent, Steps: []string{"若要繼續，請重新放入卡片。", "在畫面提示取卡之前，請勿移動卡片。"},
	},
	CardNotMyNumber: {
		Title: "這似乎不是個人編號卡", Happened: "放入的卡片不能用於本手續。",
		Data: hantNotTaken, Steps: []string{"請確認是哪種卡片。", "請從卡套中取出，並確認IC晶片的方向。", "請重新放入個人編號卡（マイナンバーカード）。"},
	},
	CardOld: {
		Title: "不能使用住民基本台帳卡（住民基本台帳カード）", Happened: "這是個人編號卡之前的舊卡，不能用於本手續。",
		Data: hantNotTaken, Steps: []string{hantTake, "若有個人編號卡，請放入該卡。", "若沒有，請到市區町村窗口洽詢。"}, Where: hantOffice,
	},
	CardNoSigning: {
		Title:    "卡片內沒有簽章用電子憑證（署名用電子証明書）",
		Happened: "未滿15歲者的卡片，以及領卡時未申請的卡片，不含簽章用電子憑證。卡片沒有故障。",
		Data:     hantNotTaken, Steps: []string{hantTake, "請到市區町村窗口洽詢如何申請簽章用電子憑證。"}, Where: hantOffice,
	},
	CardBlocked: {
		Title:    "密碼已被鎖定",
		Happened: "簽章用密碼連續輸入錯誤5次。本機台無法解鎖。",
		Data:     "您的資料沒有傳送，也沒有留下。", Steps: []string{
			"請取走卡片，辦理密碼重設（免費）。", "便利商店：先用專用應用程式預約，24小時內前往。",
			"若也不清楚4位數密碼，請到市區町村窗口。", "重設之後，請再來辦理。",
		}, Where: hantReset,
	},
	CardExpired: {
		Title:    "卡片的電子憑證已過期",
		Happened: "簽章用電子憑證在發行後的第5個生日到期；搬家或變更姓名時也會失效。",
		Data:     hantNothingSent, Steps: []string{hantRenew}, Where: hantOffice,
	},
	CardNotYet: {
		Title: "卡片的電子憑證尚未生效", Happened: "電子憑證的有效期間還沒有開始。",
		Data: hantNothingSent, Steps: []string{"請改日再來。"}, Where: hantOffice,
	},
	CardIssuer: {
		Title: "無法確認電子憑證", Happened: "卡片的電子憑證不是由本機台所知的機構簽發的。",
		Data: hantNothingSent, Steps: []string{hantAsk}, Where: hantOffice,
	},
	CardKeyType: {
		Title: "本機台尚不支援這種卡片", Happened: "這張卡片的類型較新，本機台無法處理。",
		Data: hantNothingSent, Steps: []string{hantNewCard},
	},
	CardCertificate: {
		Title: "無法讀取卡片內容", Happened: "卡片中電子憑證的格式不正確。",
		Data: hantNothingSent, Steps: []string{hantAsk}, Where: hantOffice,
	},
	CardSignature: {
		Title: "卡片未能簽章", Happened: "卡片沒有產生簽章，或簽章與畫面顯示的內容不符。",
		Data: hantNothingSent, Steps: []string{hantAgain, hantAskThen}, Where: hantOffice,
	},
	CardUnreadable: {
		Title: "無法與卡片通訊", Happened: "卡片可能有髒污，或沒有放好。",
		Data: hantNothingSent, Steps: []string{"請從卡套中取出，用軟布擦拭IC晶片。", "請重新放入卡片，並保持不動。"},
	},
	CardMute: {
		Title: "卡片沒有反應", Happened: "卡片可能放反了，IC晶片可能有髒污，或者卡片沒有IC晶片。",
		Data: hantNotTaken, Steps: []string{"請取出卡片，並拿下卡套。", "請確認正反面與方向，並用軟布擦拭IC晶片。", "請重新放入卡片。"},
	},
	CardTwo: {
		Title: "偵測到兩張卡片", Happened: "無法判斷要使用哪一張。",
		Data: hantNothingSent, Steps: []string{"請只留下要使用的個人編號卡，取走其他卡片。", "請勿連同卡套或皮夾，只放入卡片。"},
	},
	CardForgotten: {
		Title: "有卡片遺留", Happened: "這台機器裡還留有他人的卡片。", Data: hantNotTaken,
		Steps: []string{"若是您的卡片，請取走。", "若不是您的卡片，請勿觸碰，並告知工作人員。"},
	},
	CardPhone: {
		Title: "不能用手機辦理", Happened: "手機中的電子憑證不能在本機台使用。",
		Data: hantNotTaken, Steps: []string{"請移開手機。", "請放入個人編號卡。"},
	},
	CardUnknown: {
		Title: "本機台尚不支援這種卡片", Happened: "這似乎是本機台不認得的新型卡片。卡片沒有故障。",
		Data: hantNotTaken, Steps: []string{hantTake, hantNewCard, "若不清楚，請洽下列窗口。"}, Where: "{contact}",
	},
	CardFaceOnly: {
		Title:    "不能使用人臉驗證卡",
		Happened: "沒有密碼的卡片（顔認証マイナンバーカード）不含簽章用電子憑證。卡片沒有故障。",
		Data:     hantNotTaken, Steps: []string{hantTake, "登錄需要有密碼的卡片。請到市區町村窗口洽詢如何更換。"}, Where: hantOffice,
	},
	PINShape: {
		Title: "密碼的形式不對", Happened: "密碼為6～16位，須同時包含英文字母與數字，不是4位數密碼。",
		Data: "沒有傳送給卡片，剩餘次數沒有減少。", Steps: []string{"請輸入6～16位的密碼。"},
	},
	PINWrong: {
		Title: "密碼錯誤", Happened: "還可輸入{tries}次。次數為0時，卡片將被鎖定。",
		Data: "卡片仍可使用。", Steps: []string{"若不確定，請按「結束」，先查看您的密碼紀錄。"},
	},
	PINLast: {
		Title: "只剩1次輸入機會", Happened: "為避免卡片被鎖定，手續已結束。",
		Data: hantNothingSent, Steps: []string{hantTake, "請查明密碼後，從頭再辦理。"},
	},
	PhotoShape: {
		Title: "請核對數字", Happened: "有效期限年份為4位西元數字，安全碼也是4位。",
		Data: "沒有傳送給卡片，剩餘次數沒有減少。", Steps: []string{"請看卡片正面，重新輸入。"},
	},
	PhotoWrong: {
		Title: "與卡片上的內容不符", Happened: "還可輸入{tries}次。",
		Data: "卡片仍可使用。", Steps: []string{"請確認出生年月日的寫法：日本年號還是西元。", "請確認有效期限年份與安全碼。"},
	},
	PhotoBlocked: {
		Title: "無法讀取照片", Happened: "因卡面上的號碼多次輸入錯誤，卡片已鎖定照片。",
		Data: hantNothingSent, Steps: []string{hantAsk}, Where: hantOffice,
	},
	PhotoMissing: {
		Title: "無法讀取照片", Happened: "未能讀取卡片上的照片，而本次登錄需要照片。",
		Data: hantNothingSent, Steps: []string{hantAgain, hantAskThen}, Where: hantOffice,
	},
	PhotoForged: {
		Title: "無法受理這張卡片", Happened: "未能確認卡片及其照片是真的。",
		Data: hantNothingSent, Steps: []string{hantTake, "在此重試也不會改變。請到市區町村窗口檢查卡片。"}, Where: hantOffice,
	},
	KeyCheck: {
		Title: "似乎輸入有誤", Happened: "登錄金鑰的12位數字中有錯誤。還可輸入{chances}次。",
		Data: hantNotYetSent, Steps: []string{"請看應用程式畫面，重新輸入。"},
	},
	KeyScan: {
		Title: "這不是登錄金鑰的QR碼", Happened: "不計入錯誤次數。",
		Data: hantNotYetSent, Steps: []string{"請將應用程式中登錄金鑰的QR碼對準掃描口。", "若不順利，請輸入數字。"},
	},
	KeyUnknown: {
		Title: "找不到此登錄金鑰", Happened: "平台上沒有這個號碼。還可輸入{chances}次。",
		Data: hantNotYetSent, Steps: []string{"請與應用程式上的號碼逐位核對。", "或在應用程式中取得新的登錄金鑰。"},
	},
	KeyUsed: {
		Title: "此登錄金鑰已被使用", Happened: "登錄金鑰只能使用一次。還可輸入{chances}次。",
		Data: hantNotYetSent, Steps: []string{hantNewKey},
	},
	KeyExpired: {
		Title: "此登錄金鑰已過期", Happened: "登錄金鑰的有效期間為30天。還可輸入{chances}次。",
		Data: hantNotYetSent, Steps: []string{hantNewKey},
	},
	KeyTooOften: {
		Title: "登錄金鑰已輸入錯誤5次", Happened: "為安全起見，手續已結束。",
		Data: hantNothingSent, Steps: []string{hantTake, "請在應用程式中確認登錄金鑰，從頭再辦理。"},
	},
	KeyWhose: {
		Title: "圖案不同，請勿繼續", Happened: "您輸入的金鑰可能不是您自己的應用程式的。",
		Data: hantNothingSent, Steps: []string{"切勿輸入別人告訴您的金鑰。", "請用您自己的應用程式顯示的金鑰，從頭再辦理。"},
	},
	SessionTime: {
		Title: "已逾時，手續結束", Happened: "一段時間內沒有操作，為安全起見已結束。",
		Data: hantNothingSent, Steps: []string{hantTake, "重新放入卡片，即可從頭開始。"},
	},
	SessionStopped: {
		Title: "手續已中止", Happened: "您按了「結束」。",
		Data: hantNothingSent, Steps: []string{hantTake},
	},
	SessionNotMe: {
		Title: "手續已中止", Happened: "您選擇了卡片資料不對。",
		Data: hantNothingSent, Steps: []string{hantTake, "若卡片資料已變更，請到市區町村窗口辦理更改。"}, Where: hantOffice,
	},
	SessionWithdrawn: {
		Title: "登錄已取消", Happened: "此次登錄及其號碼不能使用。",
		Data:  "將通知平台刪除此登錄。您的資料沒有留在本機台上。",
		Steps: []string{hantTake, "重新放入卡片，即可從頭開始。"},
	},
	WithdrawalFailed: {
		Title: "未能記錄取消", Happened: "因機台故障，未能記錄登錄的取消。",
		Data:  "只要沒有人使用該號碼，登錄就不會生效。",
		Steps: []string{hantTake, "請勿使用該號碼，也不要告訴任何人。", "若有疑慮，請洽下列窗口。"}, Where: "{contact}",
	},
	PrinterPaper:    {Title: hantClosed, Happened: "列印紙已用完。", Data: hantNotTaken, Steps: hantCallStaff},
	PrinterCover:    {Title: hantClosed, Happened: "印表機的蓋子開著。", Data: hantNotTaken, Steps: hantCallStaff},
	PrinterJam:      {Title: hantClosed, Happened: "印表機卡紙。", Data: hantNotTaken, Steps: hantCallStaff},
	PrinterCutter:   {Title: hantClosed, Happened: "印表機無法裁紙。", Data: hantNotTaken, Steps: hantCallStaff},
	PrinterHardware: {Title: hantClosed, Happened: "印表機發生故障。", Data: hantNotTaken, Steps: hantCallStaff},
	PrinterOffline:  {Title: hantClosed, Happened: "印表機尚未就緒。", Data: hantNotTaken, Steps: hantCallStaff},
	PrinterUnconfirmed: {
		Title: "無法確認單據是否已列印", Happened: "可能沒有出紙，因此在畫面上顯示號碼。",
		Data: "登錄已受理。", Steps: []string{"請抄寫號碼或拍照。"},
	},
	ReaderNone:    {Title: hantClosed, Happened: "讀卡機未連接。", Data: hantNothingSent, Steps: hantCallStaff},
	ReaderService: {Title: hantClosed, Happened: "讀卡機尚未就緒。", Data: hantNothingSent, Steps: hantCallStaff},
	ReaderBusy:    {Title: hantClosed, Happened: "讀卡機正由其他程式使用。", Data: hantNothingSent, Steps: hantCallStaff},
	ReaderFault:   {Title: hantClosed, Happened: "讀卡機發生故障。", Data: hantNothingSent, Steps: hantCallStaff},
	SensorTamper: {
		Title: hantClosed, Happened: "安全裝置已啟動，本機台已停用。",
		Data: "未完成的手續沒有傳送。已受理的登錄仍然有效。", Steps: hantElsewhere,
	},
	SensorDoor:   {Title: hantClosed, Happened: "機台的門開著。", Data: hantNotTaken, Steps: hantCallStaff},
	SensorSwitch: {Title: hantClosed, Happened: "工作人員正在檢修。", Data: hantNotTaken, Steps: hantCallStaff},
	SensorNone:   {Title: hantClosed, Happened: "無法確認機台的安全裝置。", Data: hantNotTaken, Steps: hantCallStaff},
	ScreenNone:   {Title: hantClosed, Happened: "螢幕尚未就緒。", Data: hantNotTaken, Steps: hantCallStaff},
	DiskFull:     {Title: hantClosed, Happened: "機台的儲存空間不足。", Data: hantNotTaken, Steps: hantCallStaff},
	DiskFault: {
		Title: "機台未能儲存紀錄", Happened: "這不是您的問題。為安全起見，手續已結束。",
		Data: "此次登錄不會生效。您的資料沒有以可讀取的形式留下。", Steps: hantTakeAndOther,
	},
	QueueFull:   {Title: hantClosed, Happened: "等待傳送的登錄過多，已暫停受理。", Data: hantNotTaken, Steps: hantCallStaff},
	QueueOld:    {Title: hantClosed, Happened: "仍有登錄等待傳送，已暫停受理。", Data: hantNotTaken, Steps: hantCallStaff},
	JournalFull: {Title: hantClosed, Happened: "本機台無法再保存更多登錄。", Data: hantNotTaken, Steps: hantCallStaff},
	Clock:       {Title: hantClosed, Happened: "機台的時鐘不準。", Data: hantNotTaken, Steps: hantCallStaff},
	HoursClosed: {
		Title: "現在不是受理時間", Happened: "下次受理開始於：{opens}。", Data: hantNotTaken,
		Steps: []string{"請勿放入卡片。", "若卡片已放入，請取走。", "請在受理時間內再來。"},
	},
	Offline: {Title: hantClosed, Happened: "無法連線至平台。", Data: hantNothingSent, Steps: hantCallStaff},
	OfflineNow: {
		Title: "與平台的連線已中斷", Happened: "無法驗證登錄金鑰，手續已結束。",
		Data: hantNothingSent, Steps: []string{hantTake, "請稍後再試，或使用附近的其他機台。"},
	},
	TerminalFault: {
		Title: "機台內部發生故障", Happened: "這不是您的問題。為安全起見，手續已結束。",
		Data: hantNothingSent, Steps: hantTakeAndOther,
	},
	TerminalStarting:  {Title: "正在準備", Happened: "機台正在啟動。", Data: hantNotTaken, Steps: []string{"請稍候。"}},
	SetUpMissing:      {Title: hantClosed, Happened: "機台的設定尚未完成。", Data: hantNotTaken, Steps: hantCallStaff},
	TerminalSuspended: {Title: hantClosed, Happened: "本機台目前停止使用。", Data: hantNotTaken, Steps: hantCallStaff},
	ChipNone:          {Title: hantClosed, Happened: hantNoKey, Data: hantNotTaken, Steps: hantCallStaff},
	ChipCleared:       {Title: hantClosed, Happened: hantNoKey, Data: hantNotTaken, Steps: hantCallStaff},
	ChipLockout:       {Title: hantClosed, Happened: hantNoKey, Data: hantNotTaken, Steps: hantCallStaff},
	ChipFault:         {Title: hantClosed, Happened: hantNoKey, Data: hantNotTaken, Steps: hantCallStaff},
	RefusedKeyUnknown: {Title: hantRefused, Happened: "找不到登錄金鑰，不核發端末認證號碼。", Data: hantUnused, Steps: hantTakeNewKey},
	RefusedKeyUsed:    {Title: hantRefused, Happened: "登錄金鑰已被使用，不核發端末認證號碼。", Data: hantUnused, Steps: hantTakeNewKey},
	RefusedKeyExpired: {Title: hantRefused, Happened: "登錄金鑰已過期，不核發端末認證號碼。", Data: hantUnused, Steps: hantTakeNewKey},
	RefusedRevoked: {
		Title: hantRefused, Happened: "卡片的電子憑證已廢止。搬家或變更姓名之後，須更新電子憑證。",
		Data: hantUnused, Steps: hantTakeAndRenew, Where: hantOffice,
	},
	RefusedExpired: {Title: hantRefused, Happened: "卡片的電子憑證已過期。", Data: hantUnused, Steps: hantTakeAndRenew, Where: hantOffice},
	RefusedUnfit: {
		Title: hantRefused, Happened: "卡片的電子憑證不能用於本次登錄。也可能尚未生效。",
		Data: hantUnused, Steps: []string{hantAsk}, Where: hantOffice,
	},
	RefusedIssuer:         {Title: hantRefused, Happened: "未能確認卡片電子憑證的簽發機構。", Data: hantUnused, Steps: []string{hantAsk}, Where: hantOffice},
	RefusedSignature:      {Title: hantRefused, Happened: "未能確認卡片產生的電子簽章。", Data: hantUnused, Steps: []string{hantTake, hantAgain, hantAskThen}, Where: hantOffice},
	RefusedAttributes:     {Title: hantRefusedHere, Happened: "機台傳送的內容與卡片電子憑證的內容不一致。", Data: hantUnused, Steps: hantTakeAndOther},
	RefusedPhoto:          {Title: hantRefused, Happened: "卡片上的照片未能正確送達。", Data: hantUnused, Steps: []string{hantTake, "請從頭辦理，並重新讀取照片。"}},
	RefusedTerminal:       {Title: hantRefusedHere, Happened: "您的卡片沒有問題，是本機台自身的登錄有問題。", Data: hantUnused, Steps: hantTakeAndOther},
	RefusedSetUp:          {Title: hantRefusedHere, Happened: "您的卡片沒有問題，是本機台的設定與平台的要求不同。", Data: hantUnused, Steps: hantTakeAndOther},
	RefusedClock:          {Title: hantRefusedHere, Happened: "您的卡片沒有問題，是本機台的時鐘不準。", Data: hantUnused, Steps: hantTakeAndOther},
	RefusedWithdrawn:      {Title: hantRefused, Happened: "此次登錄已被取消。", Data: hantUnused, Steps: []string{hantTake, "若仍希望登錄，請從頭辦理。"}},
	RefusedLate:           {Title: hantRefused, Happened: "登錄送達平台時，端末認證號碼已過期。", Data: hantUnused, Steps: []string{hantTake, "請從頭再辦理。"}},
	RefusedOther:          {Title: hantRefused, Happened: "平台沒有接受此次登錄。", Data: hantUnused, Steps: hantTakeAndOther},
	ProductionKey:         {Title: hantClosed, Happened: hantNotSetUp, Data: hantNotTaken, Steps: hantCallStaff},
	ProductionBundle:      {Title: hantClosed, Happened: hantNotSetUp, Data: hantNotTaken, Steps: hantCallStaff},
	ProductionCertificate: {Title: hantClosed, Happened: hantNotSetUp, Data: hantNotTaken, Steps: hantCallStaff},
	ProductionCA:          {Title: hantClosed, Happened: hantNotSetUp, Data: hantNotTaken, Steps: hantCallStaff},
	ProductionReader:      {Title: hantClosed, Happened: hantNotSetUp, Data: hantNotTaken, Steps: hantCallStaff},
	ProductionOther:       {Title: hantClosed, Happened: hantNotSetUp, Data: hantNotTaken, Steps: hantCallStaff},
}

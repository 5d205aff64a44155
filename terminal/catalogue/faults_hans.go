package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	hansNothingSent = "您的信息没有被发送，也没有留在本终端上。"
	hansNotTaken    = "没有接收您的任何信息。"
	hansNotYetSent  = "尚未发送任何内容。"
	hansUnused      = "已发送的信息不会被使用。"
	hansReset       = "市区町村窗口（市役所等），或便利店的多功能复印机（6:30～23:00）"
	hansOffice      = "您居住地的市区町村窗口（市役所、区役所等）"
	hansClosed      = "暂停服务"
	hansRefused     = "未能完成登记"
	hansRefusedHere = "未能在本终端完成登记"
	hansNoKey       = "本终端目前无法使用自身的密钥。"
	hansNotSetUp    = "本终端的设置有问题。"
	hansTake        = "请取走您的卡片。"
	hansAgain       = "请从头再试一次。"
	hansAsk         = "请携带卡片到市区町村窗口咨询。"
	hansAskThen     = "如再次出现，请到市区町村窗口咨询。"
	hansOther       = "请在附近的其他终端重新办理。"
	hansNewKey      = "请在应用中获取新的登记密钥。"
	hansRenew       = "请到市区町村窗口更新电子证书。"
	hansNewCard     = "请使用支持新卡片的终端。"
)

var (
	hansCallStaff    = []string{"请勿放入卡片。", "如卡片已放入，请取走。", "请稍后再试，或使用附近的其他终端。"}
	hansElsewhere    = []string{"如卡片已放入，请取走。", "请使用附近的其他终端。"}
	hansTakeAndOther = []string{hansTake, hansOther}
	hansTakeAndRenew = []string{hansTake, hansRenew}
	hansTakeNewKey   = []string{hansTake, "请在应用中获取新的登记密钥，然后重新办理。"}
)

var simplifiedChineseFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "卡片已被取出", Happened: "手续完成之前卡片离开了，因此已中止。",
		Data: hansNothingSent, Steps: []string{"如要继续，请重新放入卡片。", "在提示您取卡之前，请勿移动卡片。"},
	},
	CardNotMyNumber: {
		Title: "这似乎不是个人编号卡", Happened: "放入的卡片不能用于本手续。",
		Data: hansNotTaken, Steps: []string{"请确认是哪种卡片。", "请从卡套中取出，并确认IC芯片的朝向。", "请重新放入个人编号卡（マイナンバーカード）。"},
	},
	CardOld: {
		Title: "不能使用住民基本台账卡（住民基本台帳カード）", Happened: "这是个人编号卡之前的旧卡，不能用于本手续。",
		Data: hansNotTaken, Steps: []string{hansTake, "如有个人编号卡，请放入该卡。", "如没有，请到市区町村窗口咨询。"}, Where: hansOffice,
	},
	CardNoSigning: {
		Title:    "卡内没有签名用电子证书（署名用電子証明書）",
		Happened: "未满15岁者的卡片，以及领卡时未申请的卡片，不含签名用电子证书。卡片没有故障。",
		Data:     hansNotTaken, Steps: []string{hansTake, "请到市区町村窗口咨询如何申领签名用电子证书。"}, Where: hansOffice,
	},
	CardBlocked: {
		Title:    "密码已被锁定",
		Happened: "签名用密码连续5次输错。本终端无法解锁。",
		Data:     "您的信息没有被发送，也没有留下。", Steps: []string{
			"请取走卡片，办理密码重设（免费）。", "便利店：先用专用应用预约，24小时内前往。",
			"4位数密码也不清楚时，请到市区町村窗口。", "重设之后，请再来办理。",
		}, Where: hansReset,
	},
	CardExpired: {
		Title:    "卡片的电子证书已过期",
		Happened: "签名用电子证书在发行后的第5个生日到期；搬家或更改姓名时也会失效。",
		Data:     hansNothingSent, Steps: []string{hansRenew}, Where: hansOffice,
	},
	CardNotYet: {
		Title: "卡片的电子证书尚未生效", Happened: "电子证书的有效期还没有开始。",
		Data: hansNothingSent, Steps: []string{"请改日再来。"}, Where: hansOffice,
	},
	CardIssuer: {
		Title: "无法确认电子证书", Happened: "卡片的电子证书不是由本终端所知的机构签发的。",
		Data: hansNothingSent, Steps: []string{hansAsk}, Where: hansOffice,
	},
	CardKeyType: {
		Title: "本终端尚不支持这种卡片", Happened: "这张卡片的类型较新，本终端无法处理。",
		Data: hansNothingSent, Steps: []string{hansNewCard},
	},
	CardCertificate: {
		Title: "无法读取卡片内容", Happened: "卡片中电子证书的格式不正确。",
		Data: hansNothingSent, Steps: []string{hansAsk}, Where: hansOffice,
	},
	CardSignature: {
		Title: "卡片未能签名", Happened: "卡片没有给出签名，或签名与向您显示的内容不符。",
		Data: hansNothingSent, Steps: []string{hansAgain, hansAskThen}, Where: hansOffice,
	},
	CardUnreadable: {
		Title: "无法与卡片通信", Happened: "卡片可能有污渍，或没有放好。",
		Data: hansNothingSent, Steps: []string{"请从卡套中取出，用软布擦拭IC芯片。", "请重新放入卡片，并保持不动。"},
	},
	CardMute: {
		Title: "卡片没有反应", Happened: "卡片可能放反了，IC芯片可能有污渍，或者卡片没有IC芯片。",
		Data: hansNotTaken, Steps: []string{"请取出卡片，并拿下卡套。", "请确认正反面和朝向，并用软布擦拭IC芯片。", "请重新放入卡片。"},
	},
	CardTwo: {
		Title: "检测到两张卡片", Happened: "无法判断要使用哪一张。",
		Data: hansNothingSent, Steps: []string{"请只留下要使用的个人编号卡，取走其他卡片。", "请勿连同卡套或钱包，只放入卡片。"},
	},
	CardForgotten: {
		Title: "有卡片遗留", Happened: "这台终端里还留有他人的卡片。", Data: hansNotTaken,
		Steps: []string{"如果是您的卡片，请取走。", "如果不是您的卡片，请勿触碰，并告知工作人员。"},
	},
	CardPhone: {
		Title: "不能用手机办理", Happened: "手机中的电子证书不能在本终端使用。",
		Data: hansNotTaken, Steps: []string{"请移开手机。", "请放入个人编号卡。"},
	},
	CardUnknown: {
		Title: "本终端尚不支持这种卡片", Happened: "这似乎是本终端不认识的新型卡片。卡片没有故障。",
		Data: hansNotTaken, Steps: []string{hansTake, hansNewCard, "如不清楚，请向下列窗口咨询。"}, Where: "{contact}",
	},
	CardFaceOnly: {
		Title:    "不能使用人脸认证卡",
		Happened: "没有密码的卡片（顔認証マイナンバーカード）不含签名用电子证书。卡片没有故障。",
		Data:     hansNotTaken, Steps: []string{hansTake, "登记需要有密码的卡片。请到市区町村窗口咨询如何更换。"}, Where: hansOffice,
	},
	PINShape: {
		Title: "密码的形式不对", Happened: "密码为6～16位，须同时包含字母和数字，不是4位数的密码。",
		Data: "没有发送给卡片，剩余次数没有减少。", Steps: []string{"请输入6～16位的密码。"},
	},
	PINWrong: {
		Title: "密码错误", Happened: "还可输入{tries}次。次数为0时，卡片将被锁定。",
		Data: "卡片仍可使用。", Steps: []string{"如不确定，请按“退出”，先查找您的密码记录。"},
	},
	PINLast: {
		Title: "只剩1次输入机会", Happened: "为避免卡片被锁定，手续已结束。",
		Data: hansNothingSent, Steps: []string{hansTake, "请查明密码后，从头再办理。"},
	},
	PhotoShape: {
		Title: "请核对数字", Happened: "有效期年份为4位公历数字，安全码也是4位。",
		Data: "没有发送给卡片，剩余次数没有减少。", Steps: []string{"请看卡片正面，重新输入。"},
	},
	PhotoWrong: {
		Title: "与卡片上的内容不符", Happened: "还可输入{tries}次。",
		Data: "卡片仍可使用。", Steps: []string{"请确认出生日期的写法：日本年号还是公历。", "请确认有效期年份和安全码。"},
	},
	PhotoBlocked: {
		Title: "无法读取照片", Happened: "因卡面上的号码多次输错，卡片已锁定照片。",
		Data: hansNothingSent, Steps: []string{hansAsk}, Where: hansOffice,
	},
	PhotoMissing: {
		Title: "无法读取照片", Happened: "未能读取卡片上的照片，而本次登记需要照片。",
		Data: hansNothingSent, Steps: []string{hansAgain, hansAskThen}, Where: hansOffice,
	},
	PhotoForged: {
		Title: "不能受理这张卡片", Happened: "未能确认卡片及其照片是真实的。",
		Data: hansNothingSent, Steps: []string{hansTake, "在此重试也不会改变。请到市区町村窗口检查卡片。"}, Where: hansOffice,
	},
	KeyCheck: {
		Title: "似乎输入有误", Happened: "登记密钥的12位数字中有错误。还可输入{chances}次。",
		Data: hansNotYetSent, Steps: []string{"请看应用画面，重新输入。"},
	},
	KeyScan: {
		Title: "这不是登记密钥的二维码", Happened: "不计入错误次数。",
		Data: hansNotYetSent, Steps: []string{"请将应用中登记密钥的二维码对准扫描口。", "如不顺利，请输入数字。"},
	},
	KeyUnknown: {
		Title: "找不到此登记密钥", Happened: "平台上没有这个号码。还可输入{chances}次。",
		Data: hansNotYetSent, Steps: []string{"请与应用上的号码逐位核对。", "或在应用中获取新的登记密钥。"},
	},
	KeyUsed: {
		Title: "此登记密钥已被使用", Happened: "登记密钥只能使用一次。还可输入{chances}次。",
		Data: hansNotYetSent, Steps: []string{hansNewKey},
	},
	KeyExpired: {
		Title: "此登记密钥已过期", Happened: "登记密钥的有效期为30天。还可输入{chances}次。",
		Data: hansNotYetSent, Steps: []string{hansNewKey},
	},
	KeyTooOften: {
		Title: "登记密钥已输错5次", Happened: "为安全起见，手续已结束。",
		Data: hansNothingSent, Steps: []string{hansTake, "请在应用中确认登记密钥，从头再办理。"},
	},
	KeyWhose: {
		Title: "图案不同，请勿继续", Happened: "您输入的密钥可能不是您自己的应用上的。",
		Data: hansNothingSent, Steps: []string{"切勿输入别人告诉您的密钥。", "请用您自己的应用上显示的密钥，从头再办理。"},
	},
	SessionTime: {
		Title: "已超时，手续结束", Happened: "一段时间内没有操作，为安全起见已结束。",
		Data: hansNothingSent, Steps: []string{hansTake, "重新放入卡片，即可从头开始。"},
	},
	SessionStopped: {
		Title: "手续已中止", Happened: "您按了“退出”。",
		Data: hansNothingSent, Steps: []string{hansTake},
	},
	SessionNotMe: {
		Title: "手续已中止", Happened: "您选择了卡片信息不对。",
		Data: hansNothingSent, Steps: []string{hansTake, "如卡片信息已变更，请到市区町村窗口办理更改。"}, Where: hansOffice,
	},
	SessionWithdrawn: {
		Title: "登记已取消", Happened: "此次登记及其号码不能使用。",
		Data:  "将通知平台删除此登记。您的信息没有留在本终端上。",
		Steps: []string{hansTake, "重新放入卡片，即可从头开始。"},
	},
	WithdrawalFailed: {
		Title: "未能记录取消", Happened: "因终端故障，未能记录登记的取消。",
		Data:  "只要无人使用该号码，登记就不会生效。",
		Steps: []string{hansTake, "请勿使用该号码，也不要告诉任何人。", "如有担心，请向下列窗口咨询。"}, Where: "{contact}",
	},
	PrinterPaper:    {Title: hansClosed, Happened: "打印纸已用完。", Data: hansNotTaken, Steps: hansCallStaff},
	PrinterCover:    {Title: hansClosed, Happened: "打印机的盖子开着。", Data: hansNotTaken, Steps: hansCallStaff},
	PrinterJam:      {Title: hansClosed, Happened: "打印机卡纸。", Data: hansNotTaken, Steps: hansCallStaff},
	PrinterCutter:   {Title: hansClosed, Happened: "打印机无法切纸。", Data: hansNotTaken, Steps: hansCallStaff},
	PrinterHardware: {Title: hansClosed, Happened: "打印机发生故障。", Data: hansNotTaken, Steps: hansCallStaff},
	PrinterOffline:  {Title: hansClosed, Happened: "打印机尚未就绪。", Data: hansNotTaken, Steps: hansCallStaff},
	PrinterUnconfirmed: {
		Title: "无法确认凭条是否已打印", Happened: "可能没有出纸，因此在画面上显示号码。",
		Data: "登记已受理。", Steps: []string{"请抄写号码或拍照。"},
	},
	ReaderNone:    {Title: hansClosed, Happened: "读卡器未连接。", Data: hansNothingSent, Steps: hansCallStaff},
	ReaderService: {Title: hansClosed, Happened: "读卡器尚未就绪。", Data: hansNothingSent, Steps: hansCallStaff},
	ReaderBusy:    {Title: hansClosed, Happened: "读卡器正被其他程序使用。", Data: hansNothingSent, Steps: hansCallStaff},
	ReaderFault:   {Title: hansClosed, Happened: "读卡器发生故障。", Data: hansNothingSent, Steps: hansCallStaff},
	SensorTamper: {
		Title: hansClosed, Happened: "安全装置已启动，本终端已停用。",
		Data: "未完成的手续没有被发送。已受理的登记仍然有效。", Steps: hansElsewhere,
	},
	SensorDoor:   {Title: hansClosed, Happened: "终端的门开着。", Data: hansNotTaken, Steps: hansCallStaff},
	SensorSwitch: {Title: hansClosed, Happened: "工作人员正在检修。", Data: hansNotTaken, Steps: hansCallStaff},
	SensorNone:   {Title: hansClosed, Happened: "无法确认终端的安全装置。", Data: hansNotTaken, Steps: hansCallStaff},
	ScreenNone:   {Title: hansClosed, Happened: "画面尚未就绪。", Data: hansNotTaken, Steps: hansCallStaff},
	DiskFull:     {Title: hansClosed, Happened: "终端的存储空间不足。", Data: hansNotTaken, Steps: hansCallStaff},
	DiskFault: {
		Title: "终端未能保存记录", Happened: "这不是您的问题。为安全起见，手续已结束。",
		Data: "此次登记不会生效。您的信息没有以可读的形式留下。", Steps: hansTakeAndOther,
	},
	QueueFull:   {Title: hansClosed, Happened: "等待发送的登记过多，已暂停受理。", Data: hansNotTaken, Steps: hansCallStaff},
	QueueOld:    {Title: hansClosed, Happened: "仍有登记等待发送，已暂停受理。", Data: hansNotTaken, Steps: hansCallStaff},
	JournalFull: {Title: hansClosed, Happened: "本终端无法再保存更多登记。", Data: hansNotTaken, Steps: hansCallStaff},
	Clock:       {Title: hansClosed, Happened: "终端的时钟不准。", Data: hansNotTaken, Steps: hansCallStaff},
	HoursClosed: {
		Title: "现在不在受理时间内", Happened: "下次受理开始于：{opens}。", Data: hansNotTaken,
		Steps: []string{"请勿放入卡片。", "如卡片已放入，请取走。", "请在受理时间内再来。"},
	},
	Offline: {Title: hansClosed, Happened: "无法连接平台。", Data: hansNothingSent, Steps: hansCallStaff},
	OfflineNow: {
		Title: "与平台的连接已中断", Happened: "无法验证登记密钥，手续已结束。",
		Data: hansNothingSent, Steps: []string{hansTake, "请稍后再试，或使用附近的其他终端。"},
	},
	TerminalFault: {
		Title: "终端内部发生故障", Happened: "这不是您的问题。为安全起见，手续已结束。",
		Data: hansNothingSent, Steps: hansTakeAndOther,
	},
	TerminalStarting:  {Title: "正在准备", Happened: "终端正在启动。", Data: hansNotTaken, Steps: []string{"请稍候。"}},
	SetUpMissing:      {Title: hansClosed, Happened: "终端的设置尚未完成。", Data: hansNotTaken, Steps: hansCallStaff},
	TerminalSuspended: {Title: hansClosed, Happened: "本终端目前被停止使用。", Data: hansNotTaken, Steps: hansCallStaff},
	ChipNone:          {Title: hansClosed, Happened: hansNoKey, Data: hansNotTaken, Steps: hansCallStaff},
	ChipCleared:       {Title: hansClosed, Happened: hansNoKey, Data: hansNotTaken, Steps: hansCallStaff},
	ChipLockout:       {Title: hansClosed, Happened: hansNoKey, Data: hansNotTaken, Steps: hansCallStaff},
	ChipFault:         {Title: hansClosed, Happened: hansNoKey, Data: hansNotTaken, Steps: hansCallStaff},
	RefusedKeyUnknown: {Title: hansRefused, Happened: "找不到登记密钥，不发放终端认证号码。", Data: hansUnused, Steps: hansTakeNewKey},
	RefusedKeyUsed:    {Title: hansRefused, Happened: "登记密钥已被使用，不发放终端认证号码。", Data: hansUnused, Steps: hansTakeNewKey},
	RefusedKeyExpired: {Title: hansRefused, Happened: "登记密钥已过期，不发放终端认证号码。", Data: hansUnused, Steps: hansTakeNewKey},
	RefusedRevoked: {
		Title: hansRefused, Happened: "卡片的电子证书已失效。搬家或更改姓名之后，需要更新电子证书。",
		Data: hansUnused, Steps: hansTakeAndRenew, Where: hansOffice,
	},
	RefusedExpired: {Title: hansRefused, Happened: "卡片的电子证书已过期。", Data: hansUnused, Steps: hansTakeAndRenew, Where: hansOffice},
	RefusedUnfit: {
		Title: hansRefused, Happened: "卡片的电子证书不能用于本次登记。也可能尚未生效。",
		Data: hansUnused, Steps: []string{hansAsk}, Where: hansOffice,
	},
	RefusedIssuer:         {Title: hansRefused, Happened: "未能确认卡片电子证书的签发机构。", Data: hansUnused, Steps: []string{hansAsk}, Where: hansOffice},
	RefusedSignature:      {Title: hansRefused, Happened: "未能确认卡片生成的电子签名。", Data: hansUnused, Steps: []string{hansTake, hansAgain, hansAskThen}, Where: hansOffice},
	RefusedAttributes:     {Title: hansRefusedHere, Happened: "终端发送的内容与卡片电子证书的内容不一致。", Data: hansUnused, Steps: hansTakeAndOther},
	RefusedPhoto:          {Title: hansRefused, Happened: "卡片上的照片未能正确送达。", Data: hansUnused, Steps: []string{hansTake, "请从头办理，并重新读取照片。"}},
	RefusedTerminal:       {Title: hansRefusedHere, Happened: "您的卡片没有问题，是本终端自身的登记有问题。", Data: hansUnused, Steps: hansTakeAndOther},
	RefusedSetUp:          {Title: hansRefusedHere, Happened: "您的卡片没有问题，是本终端的设置与平台的要求不同。", Data: hansUnused, Steps: hansTakeAndOther},
	RefusedClock:          {Title: hansRefusedHere, Happened: "您的卡片没有问题，是本终端的时钟不准。", Data: hansUnused, Steps: hansTakeAndOther},
	RefusedWithdrawn:      {Title: hansRefused, Happened: "此次登记已被取消。", Data: hansUnused, Steps: []string{hansTake, "如仍希望登记，请从头办理。"}},
	RefusedLate:           {Title: hansRefused, Happened: "登记送达平台时，终端认证号码已过期。", Data: hansUnused, Steps: []string{hansTake, "请从头再办理。"}},
	RefusedOther:          {Title: hansRefused, Happened: "平台没有接受此次登记。", Data: hansUnused, Steps: hansTakeAndOther},
	ProductionKey:         {Title: hansClosed, Happened: hansNotSetUp, Data: hansNotTaken, Steps: hansCallStaff},
	ProductionBundle:      {Title: hansClosed, Happened: hansNotSetUp, Data: hansNotTaken, Steps: hansCallStaff},
	ProductionCertificate: {Title: hansClosed, Happened: hansNotSetUp, Data: hansNotTaken, Steps: hansCallStaff},
	ProductionCA:          {Title: hansClosed, Happened: hansNotSetUp, Data: hansNotTaken, Steps: hansCallStaff},
	ProductionReader:      {Title: hansClosed, Happened: hansNotSetUp, Data: hansNotTaken, Steps: hansCallStaff},
	ProductionOther:       {Title: hansClosed, Happened: hansNotSetUp, Data: hansNotTaken, Steps: hansCallStaff},
}

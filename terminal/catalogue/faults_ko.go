package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	koNothingSent = "고객님의 정보는 전송되지 않았으며, 이 단말기에도 남아 있지 않습니다."
	koNotTaken    = "고객님의 정보를 받지 않았습니다."
	koNotYetSent  = "아직 아무것도 보내지 않았습니다."
	koUnused      = "전송된 정보는 사용되지 않습니다."
	koReset       = "시구정촌 창구(市役所 등) 또는 편의점 복합기(6:30~23:00)"
	koOffice      = "거주지의 시구정촌 창구(市役所, 区役所 등)"
	koClosed      = "지금은 이용할 수 없습니다"
	koRefused     = "등록하지 못했습니다"
	koRefusedHere = "이 단말기에서 등록하지 못했습니다"
	koNoKey       = "지금 이 단말기의 키를 사용할 수 없습니다."
	koNotSetUp    = "이 단말기의 설정에 문제가 있습니다."
	koTake        = "카드를 가져가세요."
	koAgain       = "처음부터 다시 시도해 주세요."
	koAsk         = "카드를 가지고 시구정촌 창구에 문의하세요."
	koAskThen     = "계속되면 시구정촌 창구에 문의하세요."
	koOther       = "가까운 다른 단말기에서 처음부터 다시 해 주세요."
	koNewKey      = "앱에서 새 등록 키를 받으세요."
	koRenew       = "시구정촌 창구에서 전자증명서를 갱신하세요."
	koNewCard     = "새 카드를 지원하는 단말기를 이용하세요."
)

var (
	koCallStaff    = []string{"카드를 넣지 마세요.", "카드가 들어 있으면 가져가세요.", "잠시 후 다시 시도하거나 가까운 다른 단말기를 이용하세요."}
	koElsewhere    = []string{"카드가 들어 있으면 가져가세요.", "가까운 다른 단말기를 이용하세요."}
	koTakeAndOther = []string{koTake, koOther}
	koTakeAndRenew = []string{koTake, koRenew}
	koTakeNewKey   = []string{koTake, "앱에서 새 등록 키를 받아 처음부터 다시 해 주세요."}
)

var koreanFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "카드가 빠졌습니다", Happened: "절차가 끝나기 전에 카드가 빠져 중지했습니다.",
		Data: koNothingSent, Steps: []string{"계속하려면 카드를 다시 넣어 주세요.", "카드를 가져가라는 안내가 나올 때까지 그대로 두세요."},
	},
	CardNotMyNumber: {
		Title: "마이넘버카드가 아닌 것 같습니다", Happened: "넣은 카드는 여기서 사용할 수 없습니다.",
		Data: koNotTaken, Steps: []string{"어떤 카드인지 확인하세요.", "카드 케이스에서 꺼내 IC칩의 방향을 확인하세요.", "마이넘버카드(マイナンバーカード)를 다시 넣어 주세요."},
	},
	CardOld: {
		Title: "주민기본대장카드(住民基本台帳カード)는 사용할 수 없습니다", Happened: "마이넘버카드 이전의 카드이므로 여기서 사용할 수 없습니다.",
		Data: koNotTaken, Steps: []string{koTake, "마이넘버카드가 있으면 그 카드를 넣어 주세요.", "없으면 시구정촌 창구에 문의하세요."}, Where: koOffice,
	},
	CardNoSigning: {
		Title:    "서명용 전자증명서(署名用電子証明書)가 없습니다",
		Happened: "15세 미만의 카드와 전자증명서를 신청하지 않은 카드에는 서명용 전자증명서가 없습니다. 카드 고장이 아닙니다.",
		Data:     koNotTaken, Steps: []string{koTake, "서명용 전자증명서 발급에 대해 시구정촌 창구에 문의하세요."}, Where: koOffice,
	},
	CardBlocked: {
		Title:    "비밀번호가 잠겼습니다",
		Happened: "서명용 비밀번호를 연속 5회 틀렸기 때문입니다. 이 단말기에서는 풀 수 없습니다.",
		Data:     "고객님의 정보는 보내지도 남기지도 않았습니다.", Steps: []string{
			"카드를 가져가 비밀번호를 재설정하세요(무료).", "편의점: 전용 앱으로 예약한 뒤 24시간 안에 가세요.",
			"숫자 4자리 비밀번호도 모르면 시구정촌 창구로 가세요.", "재설정한 뒤 다시 와 주세요.",
		}, Where: koReset,
	},
	CardExpired: {
		Title:    "카드의 전자증명서가 만료되었습니다",
		Happened: "서명용 전자증명서는 발급 후 5번째 생일에 끝나며, 이사나 성명 변경 시에도 쓸 수 없게 됩니다.",
		Data:     koNothingSent, Steps: []string{koRenew}, Where: koOffice,
	},
	CardNotYet: {
		Title: "카드의 전자증명서가 아직 유효하지 않습니다", Happened: "전자증명서의 유효기간이 시작되지 않았습니다.",
		Data: koNothingSent, Steps: []string{"다른 날 다시 와 주세요."}, Where: koOffice,
	},
	CardIssuer: {
		Title: "전자증명서를 확인할 수 없습니다", Happened: "카드의 전자증명서가 이 단말기에서 확인할 수 있는 기관이 발급한 것이 아닙니다.",
		Data: koNothingSent, Steps: []string{koAsk}, Where: koOffice,
	},
	CardKeyType: {
		Title: "이 단말기에서는 아직 쓸 수 없는 카드입니다", Happened: "카드가 새로운 방식이라 이 단말기에서 처리할 수 없습니다.",
		Data: koNothingSent, Steps: []string{koNewCard},
	},
	CardCertificate: {
		Title: "카드의 내용을 읽을 수 없습니다", Happened: "카드의 전자증명서가 올바른 형식이 아닙니다.",
		Data: koNothingSent, Steps: []string{koAsk}, Where: koOffice,
	},
	CardSignature: {
		Title: "카드로 서명하지 못했습니다", Happened: "카드에서 서명을 받지 못했거나, 서명이 화면에 보인 내용과 맞지 않았습니다.",
		Data: koNothingSent, Steps: []string{koAgain, koAskThen}, Where: koOffice,
	},
	CardUnreadable: {
		Title: "카드와 통신하지 못했습니다", Happened: "카드가 더럽거나 제대로 놓이지 않았을 수 있습니다.",
		Data: koNothingSent, Steps: []string{"케이스에서 꺼내 부드러운 천으로 IC칩을 닦아 주세요.", "카드를 다시 넣고 움직이지 마세요."},
	},
	CardMute: {
		Title: "카드가 반응하지 않습니다", Happened: "카드의 앞뒤나 방향이 다르거나, IC칩이 더럽거나, IC칩이 없는 카드일 수 있습니다.",
		Data: koNotTaken, Steps: []string{"카드를 빼서 케이스에서 꺼내세요.", "앞뒤와 방향을 확인하고 부드러운 천으로 IC칩을 닦아 주세요.", "카드를 다시 넣어 주세요."},
	},
	CardTwo: {
		Title: "카드가 2장 있습니다", Happened: "어느 카드를 사용할지 알 수 없습니다.",
		Data: koNothingSent, Steps: []string{"사용할 마이넘버카드 1장만 남기고 다른 카드는 치워 주세요.", "케이스나 지갑에 넣지 말고 카드만 넣어 주세요."},
	},
	CardForgotten: {
		Title: "카드가 남아 있습니다", Happened: "이 단말기에 누군가의 카드가 남아 있습니다.", Data: koNotTaken,
		Steps: []string{"고객님의 카드라면 가져가세요.", "다른 분의 카드라면 만지지 말고 직원에게 알려 주세요."},
	},
	CardPhone: {
		Title: "스마트폰으로는 할 수 없습니다", Happened: "스마트폰에 있는 전자증명서는 이 단말기에서 쓸 수 없습니다.",
		Data: koNotTaken, Steps: []string{"스마트폰을 치워 주세요.", "마이넘버카드를 넣어 주세요."},
	},
	CardUnknown: {
		Title: "이 단말기에서는 아직 쓸 수 없는 카드입니다", Happened: "이 단말기가 모르는 새로운 종류의 카드인 것 같습니다. 카드 고장이 아닙니다.",
		Data: koNotTaken, Steps: []string{koTake, koNewCard, "잘 모르겠으면 아래로 문의하세요."}, Where: "{contact}",
	},
	CardFaceOnly: {
		Title:    "얼굴인증 마이넘버카드는 사용할 수 없습니다",
		Happened: "비밀번호가 없는 카드(顔認証マイナンバーカード)에는 서명용 전자증명서가 없습니다. 카드 고장이 아닙니다.",
		Data:     koNotTaken, Steps: []string{koTake, "비밀번호가 있는 카드가 필요합니다. 변경 방법은 시구정촌 창구에 문의하세요."}, Where: koOffice,
	},
	PINShape: {
		Title: "비밀번호의 형식이 다릅니다", Happened: "영문자와 숫자를 모두 쓴 6~16자입니다. 숫자 4자리 비밀번호가 아닙니다.",
		Data: "카드에 보내지 않았으며, 남은 횟수는 줄지 않았습니다.", Steps: []string{"6~16자의 비밀번호를 입력해 주세요."},
	},
	PINWrong: {
		Title: "비밀번호가 틀립니다", Happened: "앞으로 {tries}회 입력할 수 있습니다. 0회가 되면 카드가 잠깁니다.",
		Data: "카드는 아직 쓸 수 있습니다.", Steps: []string{"확실하지 않으면 ‘그만두기’를 누르고 비밀번호를 먼저 확인하세요."},
	},
	PINLast: {
		Title: "입력 기회가 1회 남았습니다", Happened: "카드가 잠기지 않도록 여기서 마쳤습니다.",
		Data: koNothingSent, Steps: []string{koTake, "비밀번호를 확인한 뒤 처음부터 다시 해 주세요."},
	},
	PhotoShape: {
		Title: "숫자를 확인해 주세요", Happened: "유효기간 연도는 서기 4자리, 보안 코드도 4자리입니다.",
		Data: "카드에 보내지 않았으며, 남은 횟수는 줄지 않았습니다.", Steps: []string{"카드 앞면을 보고 다시 입력해 주세요."},
	},
	PhotoWrong: {
		Title: "카드에 적힌 것과 맞지 않습니다", Happened: "앞으로 {tries}회 입력할 수 있습니다.",
		Data: "카드는 아직 쓸 수 있습니다.", Steps: []string{"생년월일이 일본 연호인지 서기인지 확인하세요.", "유효기간 연도와 보안 코드를 확인하세요."},
	},
	PhotoBlocked: {
		Title: "사진을 읽을 수 없습니다", Happened: "카드에 적힌 번호를 여러 번 틀려 카드의 사진이 잠겼습니다.",
		Data: koNothingSent, Steps: []string{koAsk}, Where: koOffice,
	},
	PhotoMissing: {
		Title: "사진을 읽을 수 없습니다", Happened: "카드의 사진을 읽지 못했습니다. 이 등록에는 사진이 필요합니다.",
		Data: koNothingSent, Steps: []string{koAgain, koAskThen}, Where: koOffice,
	},
	PhotoForged: {
		Title: "이 카드는 접수할 수 없습니다", Happened: "카드와 사진이 진짜인지 확인하지 못했습니다.",
		Data: koNothingSent, Steps: []string{koTake, "여기서 다시 해도 같습니다. 시구정촌 창구에서 카드를 확인받으세요."}, Where: koOffice,
	},
	KeyCheck: {
		Title: "잘못 입력한 것 같습니다", Happened: "등록 키의 숫자 12자리 중에 틀린 것이 있습니다. 앞으로 {chances}회 입력할 수 있습니다.",
		Data: koNotYetSent, Steps: []string{"앱 화면을 보고 다시 입력해 주세요."},
	},
	KeyScan: {
		Title: "등록 키의 QR코드가 아닙니다", Happened: "틀린 횟수에는 들어가지 않습니다.",
		Data: koNotYetSent, Steps: []string{"앱에 있는 등록 키의 QR코드를 대 주세요.", "잘 안 되면 숫자를 입력해 주세요."},
	},
	KeyUnknown: {
		Title: "등록 키를 찾을 수 없습니다", Happened: "플랫폼에 없는 번호입니다. 앞으로 {chances}회 입력할 수 있습니다.",
		Data: koNotYetSent, Steps: []string{"앱의 번호와 한 자리씩 비교해 보세요.", "또는 앱에서 새 등록 키를 받으세요."},
	},
	KeyUsed: {
		Title: "이미 사용한 등록 키입니다", Happened: "등록 키는 한 번만 쓸 수 있습니다. 앞으로 {chances}회 입력할 수 있습니다.",
		Data: koNotYetSent, Steps: []string{koNewKey},
	},
	KeyExpired: {
		Title: "기간이 지난 등록 키입니다", Happened: "등록 키는 30일 동안 쓸 수 있습니다. 앞으로 {chances}회 입력할 수 있습니다.",
		Data: koNotYetSent, Steps: []string{koNewKey},
	},
	KeyTooOften: {
		Title: "등록 키를 5회 틀렸습니다", Happened: "안전을 위해 절차를 마칩니다.",
		Data: koNothingSent, Steps: []string{koTake, "앱에서 등록 키를 확인하고 처음부터 다시 해 주세요."},
	},
	KeyWhose: {
		Title: "그림이 다르면 계속하지 마세요", Happened: "입력한 키가 본인의 앱에 있는 것이 아닐 수 있습니다.",
		Data: koNothingSent, Steps: []string{"다른 사람이 알려 준 키는 절대 입력하지 마세요.", "본인의 앱에 표시된 키로 처음부터 다시 해 주세요."},
	},
	SessionTime: {
		Title: "시간이 지나 종료했습니다", Happened: "한동안 조작이 없어 안전을 위해 마쳤습니다.",
		Data: koNothingSent, Steps: []string{koTake, "카드를 다시 넣으면 처음부터 시작할 수 있습니다."},
	},
	SessionStopped: {
		Title: "절차를 그만두었습니다", Happened: "‘그만두기’를 눌렀습니다.",
		Data: koNothingSent, Steps: []string{koTake},
	},
	SessionNotMe: {
		Title: "절차를 그만두었습니다", Happened: "카드의 정보가 맞지 않다고 선택했습니다.",
		Data: koNothingSent, Steps: []string{koTake, "카드의 정보가 오래되었으면 시구정촌 창구에서 변경하세요."}, Where: koOffice,
	},
	SessionWithdrawn: {
		Title: "등록을 취소했습니다", Happened: "이 등록과 번호는 사용할 수 없습니다.",
		Data:  "플랫폼에 등록을 지우도록 알립니다. 고객님의 정보는 이 단말기에 남아 있지 않습니다.",
		Steps: []string{koTake, "카드를 다시 넣으면 처음부터 시작할 수 있습니다."},
	},
	WithdrawalFailed: {
		Title: "취소를 기록하지 못했습니다", Happened: "단말기 문제로 등록 취소를 기록하지 못했습니다.",
		Data:  "누군가 번호를 사용하지 않는 한 등록은 효력이 없습니다.",
		Steps: []string{koTake, "번호를 사용하지 말고 아무에게도 알려 주지 마세요.", "걱정되면 아래로 문의하세요."}, Where: "{contact}",
	},
	PrinterPaper:    {Title: koClosed, Happened: "용지가 떨어졌습니다.", Data: koNotTaken, Steps: koCallStaff},
	PrinterCover:    {Title: koClosed, Happened: "프린터 덮개가 열려 있습니다.", Data: koNotTaken, Steps: koCallStaff},
	PrinterJam:      {Title: koClosed, Happened: "용지가 걸렸습니다.", Data: koNotTaken, Steps: koCallStaff},
	PrinterCutter:   {Title: koClosed, Happened: "프린터가 용지를 자르지 못합니다.", Data: koNotTaken, Steps: koCallStaff},
	PrinterHardware: {Title: koClosed, Happened: "프린터가 고장 났습니다.", Data: koNotTaken, Steps: koCallStaff},
	PrinterOffline:  {Title: koClosed, Happened: "프린터가 준비되지 않았습니다.", Data: koNotTaken, Steps: koCallStaff},
	PrinterUnconfirmed: {
		Title: "확인증이 인쇄되었는지 알 수 없습니다", Happened: "용지가 나오지 않았을 수 있어 번호를 화면에 표시했습니다.",
		Data: "등록은 접수되었습니다.", Steps: []string{"번호를 적어 두거나 사진을 찍으세요."},
	},
	ReaderNone:    {Title: koClosed, Happened: "카드 리더기가 연결되어 있지 않습니다.", Data: koNothingSent, Steps: koCallStaff},
	ReaderService: {Title: koClosed, Happened: "카드 리더기가 준비되지 않았습니다.", Data: koNothingSent, Steps: koCallStaff},
	ReaderBusy:    {Title: koClosed, Happened: "카드 리더기를 다른 곳에서 사용하고 있습니다.", Data: koNothingSent, Steps: koCallStaff},
	ReaderFault:   {Title: koClosed, Happened: "카드 리더기가 고장 났습니다.", Data: koNothingSent, Steps: koCallStaff},
	SensorTamper: {
		Title: koClosed, Happened: "안전장치가 작동하여 이 단말기를 멈추었습니다.",
		Data: "끝나지 않은 절차는 전송되지 않았습니다. 이미 접수된 등록은 그대로 유효합니다.", Steps: koElsewhere,
	},
	SensorDoor:   {Title: koClosed, Happened: "단말기의 문이 열려 있습니다.", Data: koNotTaken, Steps: koCallStaff},
	SensorSwitch: {Title: koClosed, Happened: "담당자가 점검하고 있습니다.", Data: koNotTaken, Steps: koCallStaff},
	SensorNone:   {Title: koClosed, Happened: "단말기의 안전장치를 확인할 수 없습니다.", Data: koNotTaken, Steps: koCallStaff},
	ScreenNone:   {Title: koClosed, Happened: "화면이 준비되지 않았습니다.", Data: koNotTaken, Steps: koCallStaff},
	DiskFull:     {Title: koClosed, Happened: "단말기의 저장 공간이 부족합니다.", Data: koNotTaken, Steps: koCallStaff},
	DiskFault: {
		Title: "단말기가 기록하지 못했습니다", Happened: "고객님의 잘못이 아닙니다. 안전을 위해 절차를 마칩니다.",
		Data: "이 등록은 효력이 없습니다. 고객님의 정보는 읽을 수 있는 형태로 남아 있지 않습니다.", Steps: koTakeAndOther,
	},
	QueueFull:   {Title: koClosed, Happened: "전송을 기다리는 등록이 많아 접수를 멈추었습니다.", Data: koNotTaken, Steps: koCallStaff},
	QueueOld:    {Title: koClosed, Happened: "전송을 기다리는 등록이 있어 접수를 멈추었습니다.", Data: koNotTaken, Steps: koCallStaff},
	JournalFull: {Title: koClosed, Happened: "이 단말기는 등록을 더 보관할 수 없습니다.", Data: koNotTaken, Steps: koCallStaff},
	Clock:       {Title: koClosed, Happened: "단말기의 시계가 맞지 않습니다.", Data: koNotTaken, Steps: koCallStaff},
	HoursClosed: {
		Title: "지금은 접수 시간이 아닙니다", Happened: "다음 접수 시작: {opens}", Data: koNotTaken,
		Steps: []string{"카드를 넣지 마세요.", "카드가 들어 있으면 가져가세요.", "접수 시간에 다시 와 주세요."},
	},
	Offline: {Title: koClosed, Happened: "플랫폼에 연결할 수 없습니다.", Data: koNothingSent, Steps: koCallStaff},
	OfflineNow: {
		Title: "플랫폼과의 연결이 끊겼습니다", Happened: "등록 키를 확인할 수 없어 여기서 마쳤습니다.",
		Data: koNothingSent, Steps: []string{koTake, "잠시 후 다시 시도하거나 가까운 다른 단말기를 이용하세요."},
	},
	TerminalFault: {
		Title: "단말기 내부에 문제가 생겼습니다", Happened: "고객님의 잘못이 아닙니다. 안전을 위해 절차를 마칩니다.",
		Data: koNothingSent, Steps: koTakeAndOther,
	},
	TerminalStarting:  {Title: "준비 중입니다", Happened: "단말기를 시작하고 있습니다.", Data: koNotTaken, Steps: []string{"잠시 기다려 주세요."}},
	SetUpMissing:      {Title: koClosed, Happened: "단말기의 설정이 끝나지 않았습니다.", Data: koNotTaken, Steps: koCallStaff},
	TerminalSuspended: {Title: koClosed, Happened: "지금 이 단말기의 이용이 중지되어 있습니다.", Data: koNotTaken, Steps: koCallStaff},
	ChipNone:          {Title: koClosed, Happened: koNoKey, Data: koNotTaken, Steps: koCallStaff},
	ChipCleared:       {Title: koClosed, Happened: koNoKey, Data: koNotTaken, Steps: koCallStaff},
	ChipLockout:       {Title: koClosed, Happened: koNoKey, Data: koNotTaken, Steps: koCallStaff},
	ChipFault:         {Title: koClosed, Happened: koNoKey, Data: koNotTaken, Steps: koCallStaff},
	RefusedKeyUnknown: {Title: koRefused, Happened: "등록 키를 찾을 수 없습니다. 단말 인증번호는 발급되지 않습니다.", Data: koUnused, Steps: koTakeNewKey},
	RefusedKeyUsed:    {Title: koRefused, Happened: "이미 사용한 등록 키입니다. 단말 인증번호는 발급되지 않습니다.", Data: koUnused, Steps: koTakeNewKey},
	RefusedKeyExpired: {Title: koRefused, Happened: "등록 키의 기간이 지났습니다. 단말 인증번호는 발급되지 않습니다.", Data: koUnused, Steps: koTakeNewKey},
	RefusedRevoked: {
		Title: koRefused, Happened: "카드의 전자증명서가 실효되었습니다. 이사나 성명 변경 후에는 갱신해야 합니다.",
		Data: koUnused, Steps: koTakeAndRenew, Where: koOffice,
	},
	RefusedExpired: {Title: koRefused, Happened: "카드의 전자증명서가 만료되었습니다.", Data: koUnused, Steps: koTakeAndRenew, Where: koOffice},
	RefusedUnfit: {
		Title: koRefused, Happened: "카드의 전자증명서를 이 등록에 쓸 수 없습니다. 아직 유효하지 않을 수도 있습니다.",
		Data: koUnused, Steps: []string{koAsk}, Where: koOffice,
	},
	RefusedIssuer:         {Title: koRefused, Happened: "카드의 전자증명서를 발급한 기관을 확인하지 못했습니다.", Data: koUnused, Steps: []string{koAsk}, Where: koOffice},
	RefusedSignature:      {Title: koRefused, Happened: "카드가 만든 전자서명을 확인하지 못했습니다.", Data: koUnused, Steps: []string{koTake, koAgain, koAskThen}, Where: koOffice},
	RefusedAttributes:     {Title: koRefusedHere, Happened: "단말기가 보낸 내용이 카드의 전자증명서 내용과 달랐습니다.", Data: koUnused, Steps: koTakeAndOther},
	RefusedPhoto:          {Title: koRefused, Happened: "카드의 사진이 올바르게 도착하지 않았습니다.", Data: koUnused, Steps: []string{koTake, "처음부터 다시 하여 사진을 한 번 더 읽어 주세요."}},
	RefusedTerminal:       {Title: koRefusedHere, Happened: "카드 문제가 아닙니다. 이 단말기 자체의 등록에 문제가 있습니다.", Data: koUnused, Steps: koTakeAndOther},
	RefusedSetUp:          {Title: koRefusedHere, Happened: "카드 문제가 아닙니다. 이 단말기의 설정이 플랫폼의 요구와 다릅니다.", Data: koUnused, Steps: koTakeAndOther},
	RefusedClock:          {Title: koRefusedHere, Happened: "카드 문제가 아닙니다. 이 단말기의 시계가 맞지 않습니다.", Data: koUnused, Steps: koTakeAndOther},
	RefusedWithdrawn:      {Title: koRefused, Happened: "이 등록은 취소되었습니다.", Data: koUnused, Steps: []string{koTake, "등록을 원하면 처음부터 다시 해 주세요."}},
	RefusedLate:           {Title: koRefused, Happened: "등록이 플랫폼에 도착했을 때 단말 인증번호의 기간이 지나 있었습니다.", Data: koUnused, Steps: []string{koTake, koAgain}},
	RefusedOther:          {Title: koRefused, Happened: "플랫폼이 이 등록을 받아들이지 않았습니다.", Data: koUnused, Steps: koTakeAndOther},
	ProductionKey:         {Title: koClosed, Happened: koNotSetUp, Data: koNotTaken, Steps: koCallStaff},
	ProductionBundle:      {Title: koClosed, Happened: koNotSetUp, Data: koNotTaken, Steps: koCallStaff},
	ProductionCertificate: {Title: koClosed, Happened: koNotSetUp, Data: koNotTaken, Steps: koCallStaff},
	ProductionCA:          {Title: koClosed, Happened: koNotSetUp, Data: koNotTaken, Steps: koCallStaff},
	ProductionReader:      {Title: koClosed, Happened: koNotSetUp, Data: koNotTaken, Steps: koCallStaff},
	ProductionOther:       {Title: koClosed, Happened: koNotSetUp, Data: koNotTaken, Steps: koCallStaff},
}

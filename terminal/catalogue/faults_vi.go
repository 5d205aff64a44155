package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	viNothingSent = "Chưa gửi thông tin nào của quý khách, và máy này không lưu lại gì."
	viNotTaken    = "Máy chưa nhận thông tin nào của quý khách."
	viNotSentYet  = "Chưa gửi gì cả."
	viUnused      = "Thông tin đã gửi sẽ không được sử dụng."
	viReset       = "Tòa thị chính (市役所), hoặc máy photocopy ở cửa hàng tiện lợi (06:30–23:00)"
	viOffice      = "Văn phòng thành phố, quận, thị trấn hoặc làng nơi quý khách sống (市区町村の窓口)"
	viClosed      = "Hiện không phục vụ"
	viRefused     = "Không đăng ký được"
	viRefusedHere = "Không đăng ký được tại máy này"
	viTakeCard    = "Xin lấy thẻ."
	viAskOffice   = "Mang thẻ đến tòa thị chính (市役所) để hỏi."
	viRestart     = "Xin làm lại từ đầu."
	viNewKey      = "Lấy khóa đăng ký mới trong ứng dụng rồi làm lại từ đầu."
	viOtherKiosk  = "Xin làm lại từ đầu ở một máy khác gần đây."
	viChip        = "Hiện máy này không dùng được khóa riêng của máy."
	viNotSetUp    = "Máy này chưa được cài đặt đúng."
)

var (
	viCallStaff = []string{
		"Xin đừng đưa thẻ vào.", "Nếu thẻ đang ở trong máy, xin lấy ra.", "Hãy thử lại sau, hoặc dùng máy khác gần đây.",
	}
	viElsewhere = []string{"Nếu thẻ đang ở trong máy, xin lấy ra.", "Hãy dùng máy khác gần đây."}
)

var vietnameseFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "Thẻ đã bị rút ra", Happened: "Thẻ rời khỏi máy khi chưa xong nên máy đã dừng.",
		Data: viNothingSent, Steps: []string{"Để tiếp tục, hãy đưa thẻ vào lại.", "Để yên thẻ cho đến khi máy báo lấy thẻ ra."},
	},
	CardNotMyNumber: {
		Title: "Có vẻ đây không phải thẻ My Number", Happened: "Thẻ vừa đưa vào không dùng được ở đây.",
		Data: viNotTaken, Steps: []string{"Xem lại đó là thẻ gì.", "Lấy thẻ ra khỏi bao và xem hướng của con chip.", "Đưa thẻ My Number vào lại."},
	},
	CardOld: {
		Title: "Không dùng được thẻ Juki (住民基本台帳カード)", Happened: "Đây là loại thẻ có trước thẻ My Number, không dùng được ở đây.",
		Data: viNotTaken, Steps: []string{viTakeCard, "Nếu có thẻ My Number, hãy đưa thẻ đó vào.", "Nếu chưa có, hãy hỏi tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	CardNoSigning: {
		Title:    "Thẻ này không có chứng thư dùng để ký",
		Happened: "Thẻ của trẻ dưới 15 tuổi và thẻ không đăng ký chứng thư thì không có chứng thư dùng để ký (署名用電子証明書). Thẻ không bị hỏng.",
		Data:     viNotTaken, Steps: []string{viTakeCard, "Hỏi tòa thị chính (市役所) về việc cấp 署名用電子証明書."}, Where: viOffice,
	},
	CardBlocked: {
		Title:    "Mật khẩu đã bị khóa",
		Happened: "Mật khẩu ký (署名用) đã bị nhập sai 5 lần liên tiếp. Máy này không mở khóa được.",
		Data:     "Thông tin của quý khách không được gửi và không được lưu.", Steps: []string{
			"Lấy thẻ và đi đặt lại mật khẩu. Miễn phí.", "Cửa hàng: đặt hẹn bằng ứng dụng đặt lại, rồi đến trong 24 giờ.",
			"Quên cả mã PIN 4 số? Đến tòa thị chính (市役所).", "Xong rồi, xin quay lại đây.",
		}, Where: viReset,
	},
	CardExpired: {
		Title:    "Chứng thư trong thẻ đã hết hạn",
		Happened: "Chứng thư hết hạn vào ngày sinh nhật thứ 5 sau khi cấp, và khi chuyển nhà hoặc đổi họ tên.",
		Data:     viNothingSent, Steps: []string{"Gia hạn chứng thư tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	CardNotYet: {
		Title: "Chứng thư trong thẻ chưa có hiệu lực", Happened: "Thời hạn hiệu lực chưa bắt đầu.",
		Data: viNothingSent, Steps: []string{"Xin quay lại vào ngày khác."}, Where: viOffice,
	},
	CardIssuer: {
		Title: "Không kiểm tra được chứng thư này", Happened: "Chứng thư trong thẻ không do nơi mà máy này biết cấp.",
		Data: viNothingSent, Steps: []string{viAskOffice}, Where: viOffice,
	},
	CardKeyType: {
		Title: "Máy này chưa dùng được thẻ này", Happened: "Thẻ thuộc loại mới hơn mà máy này chưa biết.",
		Data: viNothingSent, Steps: []string{"Xin dùng máy nhận loại thẻ mới."},
	},
	CardCertificate: {
		Title: "Không đọc được nội dung trong thẻ", Happened: "Chứng thư trong thẻ không đúng định dạng quy định.",
		Data: viNothingSent, Steps: []string{viAskOffice}, Where: viOffice,
	},
	CardSignature: {
		Title: "Thẻ không ký được", Happened: "Thẻ không tạo được chữ ký, hoặc chữ ký không khớp với nội dung đã hiện cho quý khách.",
		Data: viNothingSent, Steps: []string{viRestart, "Nếu vẫn gặp lỗi, hãy hỏi tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	CardUnreadable: {
		Title: "Không kết nối được với thẻ", Happened: "Có thể thẻ bị bẩn hoặc đặt chưa đúng chỗ.",
		Data: viNothingSent, Steps: []string{"Lấy thẻ ra khỏi bao và lau con chip bằng vải mềm.", "Đưa thẻ vào lại và để yên."},
	},
	CardMute: {
		Title: "Thẻ không trả lời", Happened: "Có thể thẻ bị ngược, chip bị bẩn, hoặc thẻ không có chip.",
		Data: viNotTaken, Steps: []string{"Rút thẻ ra và bỏ bao thẻ.", "Xem lại mặt và hướng của thẻ, lau con chip bằng vải mềm.", "Đưa thẻ vào lại."},
	},
	CardTwo: {
		Title: "Có hai thẻ", Happened: "Máy không biết phải dùng thẻ nào.",
		Data: viNothingSent, Steps: []string{"Chỉ để lại thẻ My Number cần dùng, lấy các thẻ khác ra.", "Chỉ đưa thẻ vào, không kèm bao hay ví."},
	},
	CardForgotten: {
		Title: "Có thẻ bị để quên", Happened: "Thẻ của ai đó vẫn còn trong máy.", Data: viNotTaken,
		Steps: []string{"Nếu là thẻ của quý khách, xin lấy ra.", "Nếu không phải, xin đừng chạm vào và báo cho nhân viên."},
	},
	CardPhone: {
		Title: "Không dùng được điện thoại ở đây", Happened: "Chứng thư trong điện thoại không dùng được tại máy này.",
		Data: viNotTaken, Steps: []string{"Lấy điện thoại ra.", "Xin đưa thẻ My Number vào."},
	},
	CardUnknown: {
		Title: "Máy này chưa dùng được thẻ này", Happened: "Có vẻ đây là loại thẻ mới mà máy này chưa biết. Thẻ không bị hỏng.",
		Data: viNotTaken, Steps: []string{viTakeCard, "Xin dùng máy nhận loại thẻ mới.", "Nếu không rõ, xin hỏi nơi ghi bên dưới."}, Where: "{contact}",
	},
	CardFaceOnly: {
		Title:    "Không dùng được thẻ xác thực bằng khuôn mặt",
		Happened: "Thẻ không có mã PIN (顔認証マイナンバーカード) không có chứng thư dùng để ký. Thẻ không bị hỏng.",
		Data:     viNotTaken, Steps: []string{viTakeCard, "Cần thẻ có mã PIN. Hãy hỏi cách đổi tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	PINShape: {
		Title: "Mật khẩu không đúng dạng", Happened: "Mật khẩu có 6–16 ký tự, ít nhất một chữ cái và một chữ số. Không phải mã PIN 4 số.",
		Data: "Chưa gửi đến thẻ, không mất lượt nhập nào.", Steps: []string{"Hãy nhập mật khẩu 6–16 ký tự."},
	},
	PINWrong: {
		Title: "Sai mật khẩu", Happened: "Số lần còn được nhập: {tries}. Về 0 thì thẻ bị khóa.",
		Data: "Thẻ vẫn dùng được.", Steps: []string{"Nếu không chắc, hãy bấm “Dừng” và xem lại mật khẩu trước."},
	},
	PINLast: {
		Title: "Chỉ còn được nhập 1 lần", Happened: "Máy đã dừng để thẻ không bị khóa.",
		Data: viNothingSent, Steps: []string{viTakeCard, "Xem lại mật khẩu rồi làm lại từ đầu."},
	},
	PhotoShape: {
		Title: "Xin xem lại các chữ số", Happened: "Năm hết hạn có 4 chữ số, mã bảo mật cũng có 4 chữ số.",
		Data: "Chưa gửi đến thẻ, không mất lượt nhập nào.", Steps: []string{"Xem mặt trước của thẻ và nhập lại."},
	},
	PhotoWrong: {
		Title: "Không khớp với thẻ", Happened: "Số lần còn được nhập: {tries}.",
		Data: "Thẻ vẫn dùng được.", Steps: []string{"Xem ngày sinh in theo niên hiệu Nhật hay năm dương lịch.", "Xem lại năm hết hạn và mã bảo mật."},
	},
	PhotoBlocked: {
		Title: "Không đọc được ảnh", Happened: "Các số in trên thẻ bị nhập sai quá nhiều lần nên thẻ đã khóa ảnh.",
		Data: viNothingSent, Steps: []string{viAskOffice}, Where: viOffice,
	},
	PhotoMissing: {
		Title: "Không đọc được ảnh", Happened: "Không đọc được ảnh trong thẻ, mà đăng ký này cần có ảnh.",
		Data: viNothingSent, Steps: []string{viRestart, "Nếu vẫn gặp lỗi, hãy hỏi tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	PhotoForged: {
		Title: "Không thể nhận thẻ này", Happened: "Không xác nhận được thẻ và ảnh trong thẻ là thật.",
		Data: viNothingSent, Steps: []string{viTakeCard, "Hãy nhờ tòa thị chính (市役所) kiểm tra thẻ. Làm lại ở đây cũng không được."}, Where: viOffice,
	},
	KeyCheck: {
		Title: "Có vẻ đã nhập nhầm", Happened: "Có chữ số sai trong 12 chữ số của khóa đăng ký. Số lần còn được nhập: {chances}.",
		Data: viNotSentYet, Steps: []string{"Xem ứng dụng và nhập lại khóa."},
	},
	KeyScan: {
		Title: "Đó không phải khóa đăng ký", Happened: "Lần này không tính là sai.",
		Data: viNotSentYet, Steps: []string{"Đưa mã QR của khóa trong ứng dụng vào máy quét.", "Hoặc nhập các chữ số."},
	},
	KeyUnknown: {
		Title: "Không tìm thấy khóa đăng ký này", Happened: "Nền tảng không có khóa này. Số lần còn được nhập: {chances}.",
		Data: viNotSentYet, Steps: []string{"So từng chữ số với ứng dụng.", "Hoặc lấy khóa mới trong ứng dụng."},
	},
	KeyUsed: {
		Title: "Khóa đăng ký này đã được dùng", Happened: "Mỗi khóa chỉ dùng được một lần. Số lần còn được nhập: {chances}.",
		Data: viNotSentYet, Steps: []string{"Lấy khóa đăng ký mới trong ứng dụng."},
	},
	KeyExpired: {
		Title: "Khóa đăng ký này đã hết hạn", Happened: "Khóa dùng được trong 30 ngày. Số lần còn được nhập: {chances}.",
		Data: viNotSentYet, Steps: []string{"Lấy khóa đăng ký mới trong ứng dụng."},
	},
	KeyTooOften: {
		Title: "Đã nhập sai khóa đăng ký 5 lần", Happened: "Để an toàn, máy dừng tại đây.",
		Data: viNothingSent, Steps: []string{viTakeCard, "Xem lại khóa trong ứng dụng rồi làm lại từ đầu."},
	},
	KeyWhose: {
		Title: "Hình khác nhau: xin đừng tiếp tục", Happened: "Khóa đã nhập có thể không phải của ứng dụng của quý khách.",
		Data: viNothingSent, Steps: []string{"Tuyệt đối không nhập khóa do người khác đọc cho.", "Làm lại với khóa hiện trong ứng dụng của chính quý khách."},
	},
	SessionTime: {
		Title: "Đã dừng vì hết thời gian", Happened: "Một lúc lâu không ai chạm vào màn hình, nên máy dừng để bảo vệ quý khách.",
		Data: viNothingSent, Steps: []string{viTakeCard, "Đưa thẻ vào lại để làm từ đầu."},
	},
	SessionStopped: {
		Title: "Đã dừng", Happened: "Quý khách đã bấm “Dừng”.",
		Data: viNothingSent, Steps: []string{viTakeCard},
	},
	SessionNotMe: {
		Title: "Đã dừng", Happened: "Quý khách cho biết thông tin trên thẻ không đúng.",
		Data: viNothingSent, Steps: []string{viTakeCard, "Nếu thông tin đã cũ, hãy đổi tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	SessionWithdrawn: {
		Title: "Đã hủy đăng ký", Happened: "Đăng ký này và mã của nó không dùng được.",
		Data:  "Máy báo cho nền tảng biết việc hủy. Máy này không lưu thông tin nào của quý khách.",
		Steps: []string{viTakeCard, "Đưa thẻ vào lại để làm từ đầu."},
	},
	WithdrawalFailed: {
		Title: "Không ghi lại được việc hủy", Happened: "Máy này không ghi được.",
		Data:  "Nếu không ai dùng mã, đăng ký sẽ không có hiệu lực.",
		Steps: []string{viTakeCard, "Đừng dùng mã và đừng cho ai biết.", "Nếu lo lắng, xin hỏi nơi ghi bên dưới."}, Where: "{contact}",
	},
	PrinterPaper: {
		Title: viClosed, Happened: "Máy đã hết giấy.", Data: viNotTaken, Steps: viCallStaff,
	},
	PrinterCover: {
		Title: viClosed, Happened: "Nắp máy in đang mở.", Data: viNotTaken, Steps: viCallStaff,
	},
	PrinterJam: {
		Title: viClosed, Happened: "Máy bị kẹt giấy.", Data: viNotTaken, Steps: viCallStaff,
	},
	PrinterCutter: {
		Title: viClosed, Happened: "Máy in không cắt được giấy.", Data: viNotTaken, Steps: viCallStaff,
	},
	PrinterHardware: {
		Title: viClosed, Happened: "Máy in bị hỏng.", Data: viNotTaken, Steps: viCallStaff,
	},
	PrinterOffline: {
		Title: viClosed, Happened: "Máy in chưa sẵn sàng.", Data: viNotTaken, Steps: viCallStaff,
	},
	PrinterUnconfirmed: {
		Title: "Không rõ phiếu đã in ra hay chưa", Happened: "Có thể phiếu không ra, nên mã được hiện trên màn hình này.",
		Data: "Đăng ký của quý khách đã được tiếp nhận.", Steps: []string{"Ghi lại mã hoặc chụp ảnh."},
	},
	ReaderNone: {
		Title: viClosed, Happened: "Đầu đọc thẻ chưa được kết nối.", Data: viNothingSent, Steps: viCallStaff,
	},
	ReaderService: {
		Title: viClosed, Happened: "Đầu đọc thẻ chưa sẵn sàng.", Data: viNothingSent, Steps: viCallStaff,
	},
	ReaderBusy: {
		Title: viClosed, Happened: "Đầu đọc thẻ đang bận việc khác.", Data: viNothingSent, Steps: viCallStaff,
	},
	ReaderFault: {
		Title: viClosed, Happened: "Đầu đọc thẻ bị hỏng.", Data: viNothingSent, Steps: viCallStaff,
	},
	SensorTamper: {
		Title: viClosed, Happened: "Thiết bị an toàn đã dừng máy này.",
		Data: "Việc chưa xong thì không được gửi. Đăng ký đã tiếp nhận vẫn có hiệu lực.", Steps: viElsewhere,
	},
	SensorDoor: {
		Title: viClosed, Happened: "Cửa máy đang mở.", Data: viNotTaken, Steps: viCallStaff,
	},
	SensorSwitch: {
		Title: viClosed, Happened: "Nhân viên đang bảo dưỡng máy.", Data: viNotTaken, Steps: viCallStaff,
	},
	SensorNone: {
		Title: viClosed, Happened: "Máy không kiểm tra được thiết bị an toàn.", Data: viNotTaken, Steps: viCallStaff,
	},
	ScreenNone: {
		Title: viClosed, Happened: "Màn hình chưa sẵn sàng.", Data: viNotTaken, Steps: viCallStaff,
	},
	DiskFull: {
		Title: viClosed, Happened: "Máy hết dung lượng lưu trữ.", Data: viNotTaken, Steps: viCallStaff,
	},
	DiskFault: {
		Title: "Máy không ghi lại được", Happened: "Không phải lỗi của quý khách. Để an toàn, máy dừng tại đây.",
		Data:  "Đăng ký này sẽ không có hiệu lực. Không có thông tin nào của quý khách được lưu ở dạng đọc được.",
		Steps: []string{viTakeCard, viOtherKiosk},
	},
	QueueFull: {
		Title: viClosed, Happened: "Quá nhiều đăng ký đang chờ gửi.", Data: viNotTaken, Steps: viCallStaff,
	},
	QueueOld: {
		Title: viClosed, Happened: "Vẫn còn đăng ký đang chờ gửi.", Data: viNotTaken, Steps: viCallStaff,
	},
	JournalFull: {
		Title: viClosed, Happened: "Máy không thể nhận thêm đăng ký.", Data: viNotTaken, Steps: viCallStaff,
	},
	Clock: {
		Title: viClosed, Happened: "Đồng hồ của máy bị sai.", Data: viNotTaken, Steps: viCallStaff,
	},
	HoursClosed: {
		Title: "Ngoài giờ phục vụ", Happened: "Máy mở lại lúc {opens}.", Data: viNotTaken,
		Steps: []string{"Xin đừng đưa thẻ vào.", "Nếu thẻ đang ở trong máy, xin lấy ra.", "Xin quay lại trong giờ phục vụ."},
	},
	Offline: {
		Title: viClosed, Happened: "Không kết nối được với nền tảng.", Data: viNothingSent, Steps: viCallStaff,
	},
	OfflineNow: {
		Title: "Mất kết nối với nền tảng", Happened: "Không kiểm tra được khóa đăng ký nên máy dừng tại đây.",
		Data: viNothingSent, Steps: []string{viTakeCard, "Hãy thử lại sau, hoặc dùng máy khác gần đây."},
	},
	TerminalFault: {
		Title: "Có lỗi bên trong máy", Happened: "Không phải lỗi của quý khách. Để an toàn, máy dừng tại đây.",
		Data: viNothingSent, Steps: []string{viTakeCard, viOtherKiosk},
	},
	TerminalStarting: {
		Title: "Đang chuẩn bị", Happened: "Máy đang khởi động.", Data: viNotTaken, Steps: []string{"Xin chờ một chút."},
	},
	SetUpMissing: {
		Title: viClosed, Happened: "Máy này chưa được cài đặt xong.", Data: viNotTaken, Steps: viCallStaff,
	},
	TerminalSuspended: {
		Title: viClosed, Happened: "Máy này hiện không được phép sử dụng.", Data: viNotTaken, Steps: viCallStaff,
	},
	ChipNone:    {Title: viClosed, Happened: viChip, Data: viNotTaken, Steps: viCallStaff},
	ChipCleared: {Title: viClosed, Happened: viChip, Data: viNotTaken, Steps: viCallStaff},
	ChipLockout: {Title: viClosed, Happened: viChip, Data: viNotTaken, Steps: viCallStaff},
	ChipFault:   {Title: viClosed, Happened: viChip, Data: viNotTaken, Steps: viCallStaff},
	RefusedKeyUnknown: {
		Title: viRefused, Happened: "Không tìm thấy khóa đăng ký. Không có mã kích hoạt.",
		Data: viUnused, Steps: []string{viTakeCard, viNewKey},
	},
	RefusedKeyUsed: {
		Title: viRefused, Happened: "Khóa đăng ký đã được dùng. Không có mã kích hoạt.",
		Data: viUnused, Steps: []string{viTakeCard, viNewKey},
	},
	RefusedKeyExpired: {
		Title: viRefused, Happened: "Khóa đăng ký đã hết hạn. Không có mã kích hoạt.",
		Data: viUnused, Steps: []string{viTakeCard, viNewKey},
	},
	RefusedRevoked: {
		Title: viRefused, Happened: "Chứng thư trong thẻ đã bị thu hồi. Sau khi chuyển nhà hoặc đổi họ tên thì phải làm lại chứng thư.",
		Data: viUnused, Steps: []string{viTakeCard, "Làm lại chứng thư tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	RefusedExpired: {
		Title: viRefused, Happened: "Chứng thư trong thẻ đã hết hạn.",
		Data: viUnused, Steps: []string{viTakeCard, "Gia hạn chứng thư tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	RefusedUnfit: {
		Title: viRefused, Happened: "Chứng thư trong thẻ không dùng được cho đăng ký này. Có thể chứng thư chưa có hiệu lực.",
		Data: viUnused, Steps: []string{viAskOffice}, Where: viOffice,
	},
	RefusedIssuer: {
		Title: viRefused, Happened: "Không xác nhận được nơi cấp chứng thư trong thẻ.",
		Data: viUnused, Steps: []string{viAskOffice}, Where: viOffice,
	},
	RefusedSignature: {
		Title: viRefused, Happened: "Không xác nhận được chữ ký do thẻ tạo ra.",
		Data: viUnused, Steps: []string{viTakeCard, viRestart, "Nếu vẫn gặp lỗi, hãy hỏi tại tòa thị chính (市役所)."}, Where: viOffice,
	},
	RefusedAttributes: {
		Title: viRefusedHere, Happened: "Nội dung máy này gửi không giống với chứng thư trong thẻ.",
		Data: viUnused, Steps: []string{viTakeCard, viOtherKiosk},
	},
	RefusedPhoto: {
		Title: viRefused, Happened: "Ảnh trong thẻ không được gửi đến đúng cách.",
		Data: viUnused, Steps: []string{viTakeCard, "Xin làm lại từ đầu và cho đọc ảnh thêm một lần nữa."},
	},
	RefusedTerminal: {
		Title: viRefusedHere, Happened: "Thẻ của quý khách không có vấn đề. Lỗi là ở đăng ký của chính máy này.",
		Data: viUnused, Steps: []string{viTakeCard, viOtherKiosk},
	},
	RefusedSetUp: {
		Title: viRefusedHere, Happened: "Thẻ của quý khách không có vấn đề. Máy này chưa được cài đặt theo yêu cầu hiện nay của nền tảng.",
		Data: viUnused, Steps: []string{viTakeCard, viOtherKiosk},
	},
	RefusedClock: {
		Title: viRefusedHere, Happened: "Thẻ của quý khách không có vấn đề. Đồng hồ của máy này bị sai.",
		Data: viUnused, Steps: []string{viTakeCard, viOtherKiosk},
	},
	RefusedWithdrawn: {
		Title: viRefused, Happened: "Đăng ký này đã bị hủy.",
		Data: viUnused, Steps: []string{viTakeCard, "Nếu vẫn muốn đăng ký, hãy làm lại từ đầu."},
	},
	RefusedLate: {
		Title: viRefused, Happened: "Đăng ký đến nền tảng khi mã kích hoạt đã hết hạn.",
		Data: viUnused, Steps: []string{viTakeCard, viRestart},
	},
	RefusedOther: {
		Title: viRefused, Happened: "Nền tảng không nhận đăng ký này.",
		Data: viUnused, Steps: []string{viTakeCard, viOtherKiosk},
	},
	ProductionKey:         {Title: viClosed, Happened: viNotSetUp, Data: viNotTaken, Steps: viCallStaff},
	ProductionBundle:      {Title: viClosed, Happened: viNotSetUp, Data: viNotTaken, Steps: viCallStaff},
	ProductionCertificate: {Title: viClosed, Happened: viNotSetUp, Data: viNotTaken, Steps: viCallStaff},
	ProductionCA:          {Title: viClosed, Happened: viNotSetUp, Data: viNotTaken, Steps: viCallStaff},
	ProductionReader:      {Title: viClosed, Happened: viNotSetUp, Data: viNotTaken, Steps: viCallStaff},
	ProductionOther:       {Title: viClosed, Happened: viNotSetUp, Data: viNotTaken, Steps: viCallStaff},
}

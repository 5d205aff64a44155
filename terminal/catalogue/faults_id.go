package catalogue

// What became of the citizen's data, and where to go, said the same way each time.
const (
	idNothingSent = "Tidak ada data Anda yang dikirim, dan tidak ada yang disimpan di mesin ini."
	idNotTaken    = "Kami belum menerima data apa pun dari Anda."
	idNotSentYet  = "Belum ada yang dikirim."
	idNotToCard   = "Belum dikirim ke kartu, dan kesempatan tidak berkurang."
	idUnused      = "Data yang sudah dikirim tidak akan dipakai."
	idReset       = "Kantor kota (市役所), atau mesin fotokopi di minimarket (06:30–23:00)"
	idOffice      = "Kantor kota, distrik, atau desa tempat Anda tinggal (市区町村の窓口)"
	idClosed      = "Sedang tidak melayani"
	idRefused     = "Pendaftaran tidak berhasil"
	idRefusedHere = "Pendaftaran tidak berhasil di mesin ini"
	idTakeCard    = "Ambil kartu Anda."
	idAskOffice   = "Bawa kartu ke kantor kota (市役所) dan tanyakan."
	idRestart     = "Silakan ulangi dari awal."
	idAgain       = "Jika terjadi lagi, tanyakan di kantor kota (市役所)."
	idNewKey      = "Minta kunci pendaftaran baru di aplikasi, lalu ulangi dari awal."
	idFreshKey    = "Minta kunci pendaftaran baru di aplikasi."
	idOtherKiosk  = "Silakan ulangi dari awal di mesin lain di dekat sini."
	idNewCard     = "Silakan gunakan mesin yang menerima kartu baru."
	idRenew       = "Perbarui sertifikat di kantor kota (市役所)."
	idCardFine    = "Kartu Anda tidak bermasalah. "
	idNotBroken   = "Kartu Anda tidak rusak."
	idPutAgain    = "Masukkan lagi kartu untuk mulai dari awal."
	idChip        = "Saat ini mesin tidak dapat memakai kuncinya sendiri."
	idNotSetUp    = "Mesin ini belum diatur dengan benar."
)

var (
	idCallStaff = []string{
		"Jangan masukkan kartu Anda.", "Jika kartu ada di dalam mesin, ambillah.", "Coba lagi nanti, atau gunakan mesin lain di dekat sini.",
	}
	idElsewhere = []string{"Jika kartu ada di dalam mesin, ambillah.", "Silakan gunakan mesin lain di dekat sini."}
)

var indonesianFaults = map[Code]FaultText{
	CardRemoved: {
		Title: "Kartu telah dicabut", Happened: "Kartu terlepas sebelum selesai, jadi kami berhenti.",
		Data: idNothingSent, Steps: []string{"Untuk melanjutkan, masukkan lagi kartu Anda.", "Biarkan di tempatnya sampai kami memberi tahu bahwa kartu boleh diambil."},
	},
	CardNotMyNumber: {
		Title: "Sepertinya ini bukan Kartu My Number", Happened: "Kartu yang dimasukkan tidak dapat dipakai di sini.",
		Data: idNotTaken, Steps: []string{"Periksa kartu apa itu.", "Keluarkan dari sarungnya dan periksa arah cip.", "Masukkan lagi Kartu My Number Anda."},
	},
	CardOld: {
		Title: "Kartu Juki (住民基本台帳カード) tidak dapat dipakai", Happened: "Ini kartu sebelum adanya Kartu My Number, dan tidak dapat dipakai di sini.",
		Data: idNotTaken, Steps: []string{idTakeCard, "Jika punya Kartu My Number, masukkan kartu itu.", "Jika belum punya, tanyakan di kantor kota (市役所)."}, Where: idOffice,
	},
	CardNoSigning: {
		Title:    "Kartu ini tidak memiliki sertifikat tanda tangan",
		Happened: "Kartu anak di bawah 15 tahun dan kartu yang dibuat tanpa sertifikat tidak memuat sertifikat elektronik untuk tanda tangan (署名用電子証明書). " + idNotBroken,
		Data:     idNotTaken, Steps: []string{idTakeCard, "Tanyakan penerbitan 署名用電子証明書 di kantor kota (市役所)."}, Where: idOffice,
	},
	CardBlocked: {
		Title:    "Kata sandi terkunci",
		Happened: "Kata sandi tanda tangan (署名用) salah lima kali berturut-turut. Mesin ini tidak dapat membukanya.",
		Data:     "Tidak ada data Anda yang dikirim atau disimpan.", Steps: []string{
			"Ambil kartu dan atur ulang kata sandi. Gratis.", "Minimarket: pesan lewat aplikasi atur ulang, datang dalam 24 jam.",
			"PIN 4 angka juga lupa? Pergilah ke kantor kota (市役所).", "Setelah selesai, silakan kembali ke sini.",
		}, Where: idReset,
	},
	CardExpired: {
		Title:    "Masa berlaku sertifikat di kartu sudah habis",
		Happened: "Sertifikat berakhir pada ulang tahun kelima Anda setelah diterbitkan, dan bila Anda pindah atau ganti nama.",
		Data:     idNothingSent, Steps: []string{idRenew}, Where: idOffice,
	},
	CardNotYet: {
		Title: "Sertifikat di kartu belum berlaku", Happened: "Masa berlakunya belum mulai.",
		Data: idNothingSent, Steps: []string{"Silakan datang lagi di hari lain."}, Where: idOffice,
	},
	CardIssuer: {
		Title: "Sertifikat ini tidak dapat diperiksa", Happened: "Sertifikat di kartu tidak diterbitkan oleh lembaga yang dikenal mesin ini.",
		Data: idNothingSent, Steps: []string{idAskOffice}, Where: idOffice,
	},
	CardKeyType: {
		Title: "Mesin ini belum dapat memakai kartu ini", Happened: "Kartu ini lebih baru daripada yang dikenal mesin ini.",
		Data: idNothingSent, Steps: []string{idNewCard},
	},
	CardCertificate: {
		Title: "Isi kartu tidak dapat dibaca", Happened: "Bentuk sertifikat di kartu tidak sebagaimana mestinya.",
		Data: idNothingSent, Steps: []string{idAskOffice}, Where: idOffice,
	},
	CardSignature: {
		Title: "Kartu tidak dapat menandatangani", Happened: "Kartu tidak menghasilkan tanda tangan, atau hasilnya tidak cocok dengan yang ditampilkan kepada Anda.",
		Data: idNothingSent, Steps: []string{idRestart, idAgain}, Where: idOffice,
	},
	CardUnreadable: {
		Title: "Kartu tidak dapat dihubungi", Happened: "Mungkin kartu kotor atau letaknya kurang pas.",
		Data: idNothingSent, Steps: []string{"Keluarkan dari sarungnya dan lap cip dengan kain lembut.", "Masukkan lagi dan jangan gerakkan."},
	},
	CardMute: {
		Title: "Kartu tidak menjawab", Happened: "Mungkin kartu terbalik, cipnya kotor, atau kartu tidak punya cip.",
		Data: idNotTaken, Steps: []string{"Cabut kartu dan keluarkan dari sarungnya.", "Periksa sisi dan arahnya, lalu lap cip dengan kain lembut.", "Masukkan lagi."},
	},
	CardTwo: {
		Title: "Ada dua kartu", Happened: "Kami tidak tahu kartu mana yang harus dipakai.",
		Data: idNothingSent, Steps: []string{"Sisakan hanya Kartu My Number yang ingin dipakai, ambil kartu lainnya.", "Masukkan kartu saja, tanpa sarung atau dompet."},
	},
	CardForgotten: {
		Title: "Ada kartu yang tertinggal", Happened: "Kartu seseorang masih ada di mesin ini.", Data: idNotTaken,
		Steps: []string{"Jika itu kartu Anda, silakan ambil.", "Jika bukan, jangan disentuh dan beri tahu petugas."},
	},
	CardPhone: {
		Title: "Ponsel tidak dapat dipakai di sini", Happened: "Sertifikat di dalam ponsel tidak dapat dipakai di mesin ini.",
		Data: idNotTaken, Steps: []string{"Jauhkan ponsel.", "Silakan masukkan Kartu My Number Anda."},
	},
	CardUnknown: {
		Title: "Mesin ini belum dapat memakai kartu ini", Happened: "Sepertinya ini jenis kartu baru yang belum dikenal mesin ini. " + idNotBroken,
		Data: idNotTaken, Steps: []string{idTakeCard, idNewCard, "Jika tidak yakin, silakan tanyakan."}, Where: "{contact}",
	},
	CardFaceOnly: {
		Title:    "Kartu autentikasi wajah tidak dapat dipakai",
		Happened: "Kartu tanpa PIN (顔認証マイナンバーカード) tidak memuat sertifikat tanda tangan. " + idNotBroken,
		Data:     idNotTaken, Steps: []string{idTakeCard, "Perlu kartu yang memakai PIN. Tanyakan cara menggantinya di kantor kota (市役所)."}, Where: idOffice,
	},
	PINShape: {
		Title: "Bentuk kata sandi tidak sesuai", Happened: "Kata sandi terdiri atas 6–16 karakter, minimal satu huruf dan satu angka. Bukan PIN 4 angka.",
		Data: idNotToCard, Steps: []string{"Ketik kata sandi yang 6–16 karakter."},
	},
	PINWrong: {
		Title: "Kata sandi salah", Happened: "Sisa kesempatan: {tries}. Jika menjadi 0, kartu terkunci.",
		Data: "Kartu masih dapat dipakai.", Steps: []string{"Jika tidak yakin, tekan “Berhenti” dan periksa dulu kata sandi Anda."},
	},
	PINLast: {
		Title: "Kesempatan tinggal satu kali", Happened: "Kami berhenti di sini agar kartu tidak terkunci.",
		Data: idNothingSent, Steps: []string{idTakeCard, "Periksa kata sandi Anda, lalu ulangi dari awal."},
	},
	PhotoShape: {
		Title: "Periksa angkanya", Happened: "Tahun akhir masa berlaku terdiri atas 4 angka, begitu pula kode keamanan.",
		Data: idNotToCard, Steps: []string{"Lihat bagian depan kartu dan ketik lagi."},
	},
	PhotoWrong: {
		Title: "Tidak cocok dengan kartu", Happened: "Sisa kesempatan: {tries}.",
		Data: "Kartu masih dapat dipakai.", Steps: []string{"Periksa apakah tanggal lahir tercetak dengan era Jepang atau tahun Masehi.", "Periksa tahun akhir masa berlaku dan kode keamanan."},
	},
	PhotoBlocked: {
		Title: "Foto tidak dapat dibaca", Happened: "Angka yang tercetak pada kartu terlalu sering salah diketik, jadi kartu mengunci fotonya.",
		Data: idNothingSent, Steps: []string{idAskOffice}, Where: idOffice,
	},
	PhotoMissing: {
		Title: "Foto tidak dapat dibaca", Happened: "Foto di kartu tidak dapat dibaca, padahal pendaftaran ini memerlukannya.",
		Data: idNothingSent, Steps: []string{idRestart, idAgain}, Where: idOffice,
	},
	PhotoForged: {
		Title: "Kartu ini tidak dapat diterima", Happened: "Kami tidak dapat memastikan bahwa kartu dan fotonya asli.",
		Data: idNothingSent, Steps: []string{idTakeCard, "Mintalah kantor kota (市役所) memeriksanya. Mengulang di sini tidak membantu."}, Where: idOffice,
	},
	KeyCheck: {
		Title: "Sepertinya ada salah ketik", Happened: "Salah satu dari 12 angka kunci pendaftaran salah. Sisa kesempatan: {chances}.",
		Data: idNotSentYet, Steps: []string{"Lihat aplikasi dan ketik lagi kuncinya."},
	},
	KeyScan: {
		Title: "Itu bukan kunci pendaftaran", Happened: "Ini tidak dihitung sebagai kesalahan.",
		Data: idNotSentYet, Steps: []string{"Dekatkan kode QR kunci di aplikasi Anda.", "Atau ketik angkanya."},
	},
	KeyUnknown: {
		Title: "Kunci pendaftaran ini tidak ditemukan", Happened: "Platform tidak mempunyai kunci ini. Sisa kesempatan: {chances}.",
		Data: idNotSentYet, Steps: []string{"Cocokkan setiap angka dengan aplikasi.", "Atau minta kunci baru di aplikasi."},
	},
	KeyUsed: {
		Title: "Kunci pendaftaran ini sudah dipakai", Happened: "Satu kunci hanya berlaku satu kali. Sisa kesempatan: {chances}.",
		Data: idNotSentYet, Steps: []string{idFreshKey},
	},
	KeyExpired: {
		Title: "Kunci pendaftaran ini sudah kedaluwarsa", Happened: "Kunci berlaku selama 30 hari. Sisa kesempatan: {chances}.",
		Data: idNotSentYet, Steps: []string{idFreshKey},
	},
	KeyTooOften: {
		Title: "Kunci pendaftaran salah lima kali", Happened: "Demi keamanan, kami berhenti di sini.",
		Data: idNothingSent, Steps: []string{idTakeCard, "Periksa kunci di aplikasi, lalu ulangi dari awal."},
	},
	KeyWhose: {
		Title: "Gambar berbeda: jangan lanjutkan", Happened: "Kunci yang Anda ketik mungkin bukan kunci dari aplikasi Anda sendiri.",
		Data: idNothingSent, Steps: []string{"Jangan pernah mengetik kunci yang diberitahukan orang lain.", "Ulangi dengan kunci yang tampil di aplikasi Anda sendiri."},
	},
	SessionTime: {
		Title: "Berhenti karena waktu habis", Happened: "Layar tidak disentuh beberapa lama, jadi kami berhenti demi keamanan Anda.",
		Data: idNothingSent, Steps: []string{idTakeCard, idPutAgain},
	},
	SessionStopped: {
		Title: "Dihentikan", Happened: "Anda menekan “Berhenti”.",
		Data: idNothingSent, Steps: []string{idTakeCard},
	},
	SessionNotMe: {
		Title: "Dihentikan", Happened: "Anda menyatakan bahwa data pada kartu tidak benar.",
		Data: idNothingSent, Steps: []string{idTakeCard, "Jika datanya sudah lama, ubahlah di kantor kota (市役所)."}, Where: idOffice,
	},
	SessionWithdrawn: {
		Title: "Pendaftaran dibatalkan", Happened: "Pendaftaran ini dan kodenya tidak dapat dipakai.",
		Data:  "Kami memberi tahu platform tentang pembatalan ini. Tidak ada data Anda yang disimpan di mesin ini.",
		Steps: []string{idTakeCard, idPutAgain},
	},
	WithdrawalFailed: {
		Title: "Pembatalan tidak dapat dicatat", Happened: "Mesin ini gagal mencatatnya.",
		Data:  "Pendaftaran tidak akan berlaku, kecuali jika ada yang memakai kodenya.",
		Steps: []string{idTakeCard, "Jangan pakai kode itu dan jangan beri tahu siapa pun.", "Jika khawatir, silakan tanyakan."}, Where: "{contact}",
	},
	PrinterPaper: {
		Title: idClosed, Happened: "Kertas habis.", Data: idNotTaken, Steps: idCallStaff,
	},
	PrinterCover: {
		Title: idClosed, Happened: "Tutup printer terbuka.", Data: idNotTaken, Steps: idCallStaff,
	},
	PrinterJam: {
		Title: idClosed, Happened: "Kertas macet.", Data: idNotTaken, Steps: idCallStaff,
	},
	PrinterCutter: {
		Title: idClosed, Happened: "Printer tidak dapat memotong kertas.", Data: idNotTaken, Steps: idCallStaff,
	},
	PrinterHardware: {
		Title: idClosed, Happened: "Printer rusak.", Data: idNotTaken, Steps: idCallStaff,
	},
	PrinterOffline: {
		Title: idClosed, Happened: "Printer belum siap.", Data: idNotTaken, Steps: idCallStaff,
	},
	PrinterUnconfirmed: {
		Title: "Tidak dapat dipastikan apakah struk tercetak", Happened: "Mungkin struk tidak keluar, jadi kode ditampilkan di layar ini.",
		Data: "Pendaftaran Anda sudah diterima.", Steps: []string{"Catat atau foto kodenya."},
	},
	ReaderNone: {
		Title: idClosed, Happened: "Pembaca kartu tidak tersambung.", Data: idNothingSent, Steps: idCallStaff,
	},
	ReaderService: {
		Title: idClosed, Happened: "Pembaca kartu belum siap.", Data: idNothingSent, Steps: idCallStaff,
	},
	ReaderBusy: {
		Title: idClosed, Happened: "Pembaca kartu sedang dipakai proses lain.", Data: idNothingSent, Steps: idCallStaff,
	},
	ReaderFault: {
		Title: idClosed, Happened: "Pembaca kartu rusak.", Data: idNothingSent, Steps: idCallStaff,
	},
	SensorTamper: {
		Title: idClosed, Happened: "Alat pengaman menghentikan mesin ini.",
		Data: "Yang belum selesai tidak dikirim. Pendaftaran yang sudah diterima tetap berlaku.", Steps: idElsewhere,
	},
	SensorDoor: {
		Title: idClosed, Happened: "Pintu mesin terbuka.", Data: idNotTaken, Steps: idCallStaff,
	},
	SensorSwitch: {
		Title: idClosed, Happened: "Mesin ini sedang diperiksa petugas.", Data: idNotTaken, Steps: idCallStaff,
	},
	SensorNone: {
		Title: idClosed, Happened: "Mesin tidak dapat memeriksa alat pengamannya.", Data: idNotTaken, Steps: idCallStaff,
	},
	ScreenNone: {
		Title: idClosed, Happened: "Layar belum siap.", Data: idNotTaken, Steps: idCallStaff,
	},
	DiskFull: {
		Title: idClosed, Happened: "Ruang penyimpanan mesin tidak cukup.", Data: idNotTaken, Steps: idCallStaff,
	},
	DiskFault: {
		Title: "Mesin ini tidak dapat mencatat", Happened: "Ini bukan kesalahan Anda. Demi keamanan, kami berhenti di sini.",
		Data:  "Pendaftaran ini tidak akan berlaku. Tidak ada data Anda yang disimpan dalam bentuk yang dapat dibaca.",
		Steps: []string{idTakeCard, idOtherKiosk},
	},
	QueueFull: {
		Title: idClosed, Happened: "Terlalu banyak pendaftaran yang menunggu dikirim.", Data: idNotTaken, Steps: idCallStaff,
	},
	QueueOld: {
		Title: idClosed, Happened: "Masih ada pendaftaran yang menunggu dikirim.", Data: idNotTaken, Steps: idCallStaff,
	},
	JournalFull: {
		Title: idClosed, Happened: "Mesin ini tidak dapat menerima pendaftaran lagi.", Data: idNotTaken, Steps: idCallStaff,
	},
	Clock: {
		Title: idClosed, Happened: "Jam mesin ini salah.", Data: idNotTaken, Steps: idCallStaff,
	},
	HoursClosed: {
		Title: "Di luar jam layanan", Happened: "Buka lagi pada {opens}.", Data: idNotTaken,
		Steps: []string{"Jangan masukkan kartu Anda.", "Jika kartu ada di dalam mesin, ambillah.", "Silakan datang pada jam layanan."},
	},
	Offline: {
		Title: idClosed, Happened: "Platform tidak dapat dihubungi.", Data: idNothingSent, Steps: idCallStaff,
	},
	OfflineNow: {
		Title: "Sambungan ke platform terputus", Happened: "Kunci pendaftaran tidak dapat diperiksa, jadi kami berhenti di sini.",
		Data: idNothingSent, Steps: []string{idTakeCard, "Coba lagi nanti, atau gunakan mesin lain di dekat sini."},
	},
	TerminalFault: {
		Title: "Terjadi gangguan di dalam mesin", Happened: "Ini bukan kesalahan Anda. Demi keamanan, kami berhenti di sini.",
		Data: idNothingSent, Steps: []string{idTakeCard, idOtherKiosk},
	},
	TerminalStarting: {
		Title: "Sedang disiapkan", Happened: "Mesin sedang dinyalakan.", Data: idNotTaken, Steps: []string{"Mohon tunggu sebentar."},
	},
	SetUpMissing: {
		Title: idClosed, Happened: "Pengaturan mesin ini belum selesai.", Data: idNotTaken, Steps: idCallStaff,
	},
	TerminalSuspended: {
		Title: idClosed, Happened: "Saat ini mesin tidak boleh dipakai.", Data: idNotTaken, Steps: idCallStaff,
	},
	ChipNone:    {Title: idClosed, Happened: idChip, Data: idNotTaken, Steps: idCallStaff},
	ChipCleared: {Title: idClosed, Happened: idChip, Data: idNotTaken, Steps: idCallStaff},
	ChipLockout: {Title: idClosed, Happened: idChip, Data: idNotTaken, Steps: idCallStaff},
	ChipFault:   {Title: idClosed, Happened: idChip, Data: idNotTaken, Steps: idCallStaff},
	RefusedKeyUnknown: {
		Title: idRefused, Happened: "Kunci pendaftaran tidak ditemukan. Tidak ada kode aktivasi.",
		Data: idUnused, Steps: []string{idTakeCard, idNewKey},
	},
	RefusedKeyUsed: {
		Title: idRefused, Happened: "Kunci pendaftaran sudah dipakai. Tidak ada kode aktivasi.",
		Data: idUnused, Steps: []string{idTakeCard, idNewKey},
	},
	RefusedKeyExpired: {
		Title: idRefused, Happened: "Kunci pendaftaran sudah kedaluwarsa. Tidak ada kode aktivasi.",
		Data: idUnused, Steps: []string{idTakeCard, idNewKey},
	},
	RefusedRevoked: {
		Title: idRefused, Happened: "Sertifikat di kartu telah dicabut. Setelah pindah atau ganti nama, sertifikat harus diperbarui.",
		Data: idUnused, Steps: []string{idTakeCard, idRenew}, Where: idOffice,
	},
	RefusedExpired: {
		Title: idRefused, Happened: "Masa berlaku sertifikat di kartu sudah habis.",
		Data: idUnused, Steps: []string{idTakeCard, idRenew}, Where: idOffice,
	},
	RefusedUnfit: {
		Title: idRefused, Happened: "Sertifikat di kartu tidak dapat dipakai untuk pendaftaran ini. Mungkin belum berlaku.",
		Data: idUnused, Steps: []string{idAskOffice}, Where: idOffice,
	},
	RefusedIssuer: {
		Title: idRefused, Happened: "Penerbit sertifikat di kartu tidak dapat dipastikan.",
		Data: idUnused, Steps: []string{idAskOffice}, Where: idOffice,
	},
	RefusedSignature: {
		Title: idRefused, Happened: "Tanda tangan yang dibuat kartu Anda tidak dapat dipastikan.",
		Data: idUnused, Steps: []string{idTakeCard, idRestart, idAgain}, Where: idOffice,
	},
	RefusedAttributes: {
		Title: idRefusedHere, Happened: "Yang dikirim mesin ini berbeda dengan isi sertifikat di kartu Anda.",
		Data: idUnused, Steps: []string{idTakeCard, idOtherKiosk},
	},
	RefusedPhoto: {
		Title: idRefused, Happened: "Foto dari kartu Anda tidak sampai dengan benar.",
		Data: idUnused, Steps: []string{idTakeCard, "Ulangi dari awal dan biarkan foto dibaca sekali lagi."},
	},
	RefusedTerminal: {
		Title: idRefusedHere, Happened: idCardFine + "Ada masalah dengan pendaftaran mesin ini sendiri.",
		Data: idUnused, Steps: []string{idTakeCard, idOtherKiosk},
	},
	RefusedSetUp: {
		Title: idRefusedHere, Happened: idCardFine + "Mesin ini tidak diatur sesuai permintaan platform saat ini.",
		Data: idUnused, Steps: []string{idTakeCard, idOtherKiosk},
	},
	RefusedClock: {
		Title: idRefusedHere, Happened: idCardFine + "Jam mesin ini salah.",
		Data: idUnused, Steps: []string{idTakeCard, idOtherKiosk},
	},
	RefusedWithdrawn: {
		Title: idRefused, Happened: "Pendaftaran ini telah dibatalkan.",
		Data: idUnused, Steps: []string{idTakeCard, "Jika masih ingin mendaftar, ulangi dari awal."},
	},
	RefusedLate: {
		Title: idRefused, Happened: "Pendaftaran baru sampai ke platform setelah kode aktivasi kedaluwarsa.",
		Data: idUnused, Steps: []string{idTakeCard, idRestart},
	},
	RefusedOther: {
		Title: idRefused, Happened: "Platform tidak menerima pendaftaran ini.",
		Data: idUnused, Steps: []string{idTakeCard, idOtherKiosk},
	},
	ProductionKey:         {Title: idClosed, Happened: idNotSetUp, Data: idNotTaken, Steps: idCallStaff},
	ProductionBundle:      {Title: idClosed, Happened: idNotSetUp, Data: idNotTaken, Steps: idCallStaff},
	ProductionCertificate: {Title: idClosed, Happened: idNotSetUp, Data: idNotTaken, Steps: idCallStaff},
	ProductionCA:          {Title: idClosed, Happened: idNotSetUp, Data: idNotTaken, Steps: idCallStaff},
	ProductionReader:      {Title: idClosed, Happened: idNotSetUp, Data: idNotTaken, Steps: idCallStaff},
	ProductionOther:       {Title: idClosed, Happened: idNotSetUp, Data: idNotTaken, Steps: idCallStaff},
}

package haltest

// A Situation is something that may be the matter with a card, for a menu.
type Situation struct {
	ID          string
	Description string
	Options     []Option
	Revoked     bool // put its serial on a CRL
}

// Situations is what may be the matter, the good case first, always in this order.
func Situations() []Situation {
	return []Situation{
		{ID: "good", Description: "a good card · 正常なカード"},
		{ID: "renewed", Description: "certificate renewed: new serial, new key · 更新後の証明書", Options: []Option{Issued(IssueOptions{Renewal: 1})}},
		{ID: "revoked", Description: "certificate on the CRL · 失効した証明書", Options: []Option{Issued(IssueOptions{Renewal: 2})}, Revoked: true},
		{ID: "expired", Description: "certificate expired · 期限切れの証明書", Options: []Option{Issued(IssueOptions{Expired: true})}},
		{ID: "not-yet-valid", Description: "certificate not yet valid · 有効期間前の証明書", Options: []Option{Issued(IssueOptions{NotYetValid: true})}},
		{ID: "foreign-ca", Description: "signed by an unknown CA of the same name · 未知の認証局", Options: []Option{Issued(IssueOptions{Foreign: true})}},
		{ID: "wrong-key-usage", Description: "certificate without nonRepudiation · 鍵用途の誤り", Options: []Option{Issued(IssueOptions{WrongKeyUsage: true})}},
		{ID: "no-policy", Description: "certificate without a policy · ポリシーなし", Options: []Option{Issued(IssueOptions{NoPolicy: true})}},
		{ID: "p384", Description: "key of the next card generation · 次期カードの鍵", Options: []Option{Issued(IssueOptions{P384: true})}},
		{ID: "last-try", Description: "one try left · 残り一回", Options: []Option{TriesLeft(1)}},
		{ID: "blocked", Description: "password blocked · 暗証番号ロック", Options: []Option{TriesLeft(0)}},
		{ID: "blocked-6983", Description: "password blocked, said as 6983 · 暗証番号ロック（6983）", Options: []Option{TriesLeft(0), Blocked6983()}},
		{ID: "unsigned", Description: "no signing certificate · 署名用証明書なし", Options: []Option{WithoutSigningCertificate()}},
		{ID: "face-card", Description: "face authentication card, without PINs · 顔認証マイナンバーカード", Options: []Option{FaceCard()}},
		{ID: "residents-card", Description: "the card of before 2016 · 住民基本台帳カード", Options: []Option{Token(TokenResidents)}},
		{ID: "android", Description: "an Android phone in place of the card · Androidのスマホ", Options: []Option{Token(TokenAndroid)}},
		{ID: "iphone", Description: "an iPhone in place of the card · iPhone", Options: []Option{Token(TokenIPhone)}},
		{ID: "unknown-token", Description: "a JPKI card of an unknown kind · 未知の種類のカード", Options: []Option{Token("JPKIAPICCTOKEN3")}},
		{ID: "stranger", Description: "not a My Number card · 別のカード", Options: []Option{NotMyNumber()}},
		{ID: "mute", Description: "does not answer: wrong way round, or broken · 裏返し・故障で応答なし", Options: []Option{Mute()}},
		{ID: "number-b-last", Description: "one try left of the number on the face · 照合番号 残り一回", Options: []Option{NumberBTriesLeft(1)}},
		{ID: "number-b-blocked", Description: "the number on the face blocked · 照合番号ロック", Options: []Option{NumberBTriesLeft(0)}},
		{ID: "tampered-face", Description: "another photo than was signed · 顔写真の改ざん", Options: []Option{TamperedFace()}},
		{ID: "cloned-chip", Description: "a copy without the chip's key · 複製されたチップ", Options: []Option{ClonedChip()}},
		{ID: "malformed-face", Description: "a card face that is none · 券面データの破損", Options: []Option{MalformedFace()}},
		{ID: "contactless", Description: "an ATR in no table · 非接触のATR", Options: []Option{ATR(contactlessATR())}},
		{ID: "short", Description: "no extended lengths · 短いAPDUのみ", Options: []Option{ShortOnly()}},
		{ID: "get-response", Description: "61xx and 6Cxx, as over T=0 · GET RESPONSE が要るカード", Options: []Option{GetResponse()}},
		{ID: "drowsy", Description: "6F00 to the first command · 最初のコマンドに失敗", Options: []Option{Drowsy()}},
		{ID: "keeps-verified", Description: "stays verified over a warm reset · リセットで認証状態が残る", Options: []Option{VerifiedAfterReset()}},
		{ID: "forgetful", Description: "forgets the password when another application is selected · 他のAPの選択で認証状態が消える", Options: []Option{Forgetful()}},
		{ID: "no-short-ids", Description: "no short EF identifiers · 短縮EF識別子なし", Options: []Option{NoShortIdentifiers()}},
		{ID: "uncounted", Description: "does not tell the tries left · 残り回数を答えない", Options: []Option{Uncounted()}},
		{ID: "query-with-le", Description: "tells the tries left only with a Le · 残り回数の照会にLeが必要", Options: []Option{QueryWithLe()}},
		{ID: "end-of-file", Description: "6282 at the end of a file · ファイル終端で6282", Options: []Option{TellsEndOfFile()}},
		{ID: "fci", Description: "SELECT answers with an FCI · SELECTにFCIを返す", Options: []Option{AnswersFCI()}},
		{ID: "ff-filler", Description: "files filled up with FF · ファイルの余りがFF", Options: []Option{Filler(0xFF, 1500)}},
		{ID: "zero-filler", Description: "files filled up with 00 · ファイルの余りが00", Options: []Option{Filler(0x00, 1500)}},
	}
}

// FindSituation is the one with that ID.
func FindSituation(id string) (Situation, bool) {
	for _, s := range Situations() {
		if s.ID == id {
			return s, true
		}
	}
	return Situation{}, false
}

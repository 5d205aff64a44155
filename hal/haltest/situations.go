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
		{ID: "unsigned", Description: "no signing certificate · 署名用証明書なし", Options: []Option{WithoutSigningCertificate()}},
		{ID: "residents-card", Description: "the card of before 2016 · 住民基本台帳カード", Options: []Option{Token(TokenResidents)}},
		{ID: "stranger", Description: "not a My Number card · 別のカード", Options: []Option{NotMyNumber()}},
		{ID: "contactless", Description: "an ATR in no table · 非接触のATR", Options: []Option{ATR(contactlessATR())}},
		{ID: "short", Description: "no extended lengths · 短いAPDUのみ", Options: []Option{ShortOnly()}},
		{ID: "get-response", Description: "61xx and 6Cxx, as over T=0 · GET RESPONSE が要るカード", Options: []Option{GetResponse()}},
		{ID: "drowsy", Description: "6F00 to the first command · 最初のコマンドに失敗", Options: []Option{Drowsy()}},
		{ID: "keeps-verified", Description: "stays verified over a warm reset · リセットで認証状態が残る", Options: []Option{VerifiedAfterReset()}},
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

package catalogue

var easyJapanesePictures = map[string]string{
	"sun": "たいよう", "moon": "月", "star": "ほし", "cloud": "くも", "umbrella": "かさ", "tree": "木",
	"flower": "花", "leaf": "はっぱ", "fish": "さかな", "bird": "とり", "cat": "ねこ", "dog": "いぬ",
	"rabbit": "うさぎ", "turtle": "かめ", "apple": "りんご", "cherry": "さくらんぼ", "car": "車", "train": "でんしゃ",
	"bicycle": "じてんしゃ", "ship": "ふね", "house": "いえ", "bell": "ベル", "book": "本", "cup": "カップ",
}

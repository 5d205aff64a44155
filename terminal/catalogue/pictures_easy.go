package catalogue

var easyJapanesePictures = map[string]string{
	"sun": "太陽（たいよう）", "moon": "月（つき）", "star": "星（ほし）", "cloud": "雲（くも）", "umbrella": "かさ", "tree": "木（き）",
	"flower": "花（はな）", "leaf": "葉っぱ", "fish": "魚（さかな）", "bird": "鳥（とり）", "cat": "ねこ", "dog": "いぬ",
	"rabbit": "うさぎ", "turtle": "かめ", "apple": "りんご", "cherry": "さくらんぼ", "car": "車（くるま）", "train": "電車（でんしゃ）",
	"bicycle": "自転車（じてんしゃ）", "ship": "船（ふね）", "house": "家（いえ）", "bell": "ベル", "book": "本（ほん）", "cup": "カップ",
}

package catalogue

// The words for the match pictures that app and terminal both show.

var japanesePictures = map[string]string{
	"sun": "太陽", "moon": "月", "star": "星", "cloud": "雲", "umbrella": "かさ", "tree": "木",
	"flower": "花", "leaf": "葉", "fish": "魚", "bird": "鳥", "cat": "ねこ", "dog": "いぬ",
	"rabbit": "うさぎ", "turtle": "かめ", "apple": "りんご", "cherry": "さくらんぼ", "car": "車", "train": "電車",
	"bicycle": "自転車", "ship": "船", "house": "家", "bell": "ベル", "book": "本", "cup": "カップ",
}

var englishPictures = map[string]string{
	"sun": "Sun", "moon": "Moon", "star": "Star", "cloud": "Cloud", "umbrella": "Umbrella", "tree": "Tree",
	"flower": "Flower", "leaf": "Leaf", "fish": "Fish", "bird": "Bird", "cat": "Cat", "dog": "Dog",
	"rabbit": "Rabbit", "turtle": "Turtle", "apple": "Apple", "cherry": "Cherries", "car": "Car", "train": "Train",
	"bicycle": "Bicycle", "ship": "Ship", "house": "House", "bell": "Bell", "book": "Book", "cup": "Cup",
}

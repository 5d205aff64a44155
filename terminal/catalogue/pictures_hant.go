package catalogue

var traditionalChinesePictures = map[string]string{
	"sun": "太陽", "moon": "月亮", "star": "星星", "cloud": "雲朵", "umbrella": "雨傘", "tree": "樹木",
	"flower": "花朵", "leaf": "葉子", "fish": "小魚", "bird": "小鳥", "cat": "小貓", "dog": "小狗",
	"rabbit": "兔子", "turtle": "烏龜", "apple": "蘋果", "cherry": "櫻桃", "car": "汽車", "train": "電車",
	"bicycle": "腳踏車", "ship": "輪船", "house": "房子", "bell": "鈴鐺", "book": "書本", "cup": "杯子",
}

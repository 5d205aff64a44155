package catalogue

var simplifiedChinesePictures = map[string]string{
	"sun": "太阳", "moon": "月亮", "star": "星星", "cloud": "云朵", "umbrella": "雨伞", "tree": "树木",
	"flower": "花朵", "leaf": "叶子", "fish": "小鱼", "bird": "小鸟", "cat": "小猫", "dog": "小狗",
	"rabbit": "兔子", "turtle": "乌龟", "apple": "苹果", "cherry": "樱桃", "car": "汽车", "train": "火车",
	"bicycle": "自行车", "ship": "轮船", "house": "房子", "bell": "铃铛", "book": "书本", "cup": "杯子",
}

package catalogue

var koreanPictures = map[string]string{
	"sun": "해", "moon": "달", "star": "별", "cloud": "구름", "umbrella": "우산", "tree": "나무",
	"flower": "꽃", "leaf": "나뭇잎", "fish": "물고기", "bird": "새", "cat": "고양이", "dog": "강아지",
	"rabbit": "토끼", "turtle": "거북이", "apple": "사과", "cherry": "체리", "car": "자동차", "train": "전철",
	"bicycle": "자전거", "ship": "배", "house": "집", "bell": "종", "book": "책", "cup": "컵",
}

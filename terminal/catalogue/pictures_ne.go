package catalogue

var nepaliPictures = map[string]string{
	"sun": "सूर्य", "moon": "चन्द्रमा", "star": "तारा", "cloud": "बादल", "umbrella": "छाता", "tree": "रूख",
	"flower": "फूल", "leaf": "पात", "fish": "माछा", "bird": "चरा", "cat": "बिरालो", "dog": "कुकुर",
	"rabbit": "खरायो", "turtle": "कछुवा", "apple": "स्याउ", "cherry": "चेरी", "car": "कार", "train": "रेल",
	"bicycle": "साइकल", "ship": "पानीजहाज", "house": "घर", "bell": "घण्टी", "book": "किताब", "cup": "कप",
}

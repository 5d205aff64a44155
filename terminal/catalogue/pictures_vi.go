package catalogue

var vietnamesePictures = map[string]string{
	"sun": "Mặt trời", "moon": "Mặt trăng", "star": "Ngôi sao", "cloud": "Đám mây", "umbrella": "Cái ô", "tree": "Cây",
	"flower": "Hoa", "leaf": "Lá", "fish": "Cá", "bird": "Chim", "cat": "Mèo", "dog": "Chó",
	"rabbit": "Thỏ", "turtle": "Rùa", "apple": "Táo", "cherry": "Anh đào", "car": "Ô tô", "train": "Tàu hỏa",
	"bicycle": "Xe đạp", "ship": "Tàu thủy", "house": "Ngôi nhà", "bell": "Chuông", "book": "Sách", "cup": "Cái cốc",
}

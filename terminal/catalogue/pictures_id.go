package catalogue

var indonesianPictures = map[string]string{
	"sun": "Matahari", "moon": "Bulan", "star": "Bintang", "cloud": "Awan", "umbrella": "Payung", "tree": "Pohon",
	"flower": "Bunga", "leaf": "Daun", "fish": "Ikan", "bird": "Burung", "cat": "Kucing", "dog": "Anjing",
	"rabbit": "Kelinci", "turtle": "Kura-kura", "apple": "Apel", "cherry": "Ceri", "car": "Mobil", "train": "Kereta",
	"bicycle": "Sepeda", "ship": "Kapal", "house": "Rumah", "bell": "Lonceng", "book": "Buku", "cup": "Cangkir",
}

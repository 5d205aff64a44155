package catalogue

var portuguesePictures = map[string]string{
	"sun": "Sol", "moon": "Lua", "star": "Estrela", "cloud": "Nuvem", "umbrella": "Guarda-chuva", "tree": "Árvore",
	"flower": "Flor", "leaf": "Folha", "fish": "Peixe", "bird": "Pássaro", "cat": "Gato", "dog": "Cachorro",
	"rabbit": "Coelho", "turtle": "Tartaruga", "apple": "Maçã", "cherry": "Cerejas", "car": "Carro", "train": "Trem",
	"bicycle": "Bicicleta", "ship": "Navio", "house": "Casa", "bell": "Sino", "book": "Livro", "cup": "Xícara",
}

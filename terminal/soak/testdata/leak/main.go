// Command leak keeps one more of something with each line that it reads, and says so
// when it has: a descriptor, a goroutine, some memory, or nothing.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	var files []*os.File
	var blocks [][]byte
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		switch what := lines.Text(); what {
		case "descriptor":
			file, err := os.Open(os.DevNull)
			if err != nil {
				panic(err)
			}
			files = append(files, file)
		case "goroutine":
			started := make(chan bool)
			go func() { started <- true; select {} }()
			<-started
		case "memory":
			block := make([]byte, 1<<20)
			for i := range block {
				block[i] = byte(len(blocks))
			}
			blocks = append(blocks, block)
		}
		fmt.Println(len(files), len(blocks))
	}
}

package kerneltest

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// An archive is a root file system for a kernel to unpack: cpio in its format newc.
type archive struct {
	out   bytes.Buffer
	inode int
	have  map[string]bool
}

func newArchive() *archive { return &archive{have: map[string]bool{"/": true}} }

// add writes one entry, after the folders above it. What is there already stays.
func (a *archive) add(path string, mode fs.FileMode, content []byte) {
	if a.have[path] {
		return
	}
	if parent := filepath.Dir(path); parent != "/" {
		a.add(parent, fs.ModeDir|0o755, nil)
	}
	a.have[path] = true
	kind := 0o100000
	switch {
	case mode.IsDir():
		kind = 0o040000
	case mode&fs.ModeSymlink != 0:
		kind = 0o120000
	}
	a.entry(strings.TrimPrefix(path, "/"), kind|int(mode.Perm()), content)
}

// entry is a header in hexadecimal digits, a name and a content, each filled up to
// four bytes.
func (a *archive) entry(name string, mode int, content []byte) {
	a.inode++
	fmt.Fprintf(&a.out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
		a.inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name)+1, 0)
	a.out.WriteString(name + "\x00")
	a.align()
	a.out.Write(content)
	a.align()
}

func (a *archive) align() { a.out.Write(make([]byte, -a.out.Len()&3)) }

// bytes ends the archive.
func (a *archive) bytes() []byte {
	a.entry("TRAILER!!!", 0, nil)
	return a.out.Bytes()
}

// copy takes a file or a folder of this machine in, at the path that it has here or
// at another. Links are followed, so that what is copied stands on its own.
func (a *archive) copy(from, to string) error {
	if a.have[to] {
		return nil
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return a.copyFolder(from, to)
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	a.add(to, info.Mode(), content)
	return a.libraries(from, content)
}

func (a *archive) copyFolder(from, to string) error {
	inside, err := os.ReadDir(from)
	for _, entry := range inside {
		err = errors.Join(err, a.copy(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())))
	}
	return err
}

// libraries takes in what the dynamic linker will want for a program or a library.
func (a *archive) libraries(path string, content []byte) error {
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil // a script, a font
	}
	names, _ := file.ImportedLibraries() // an error is a file that is not linked at all
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			linker := make([]byte, segment.Filesz-1) // it ends with a zero
			if _, err := segment.ReadAt(linker, 0); err != nil {
				return fmt.Errorf("reading the linker of %s: %w", path, err)
			}
			if err := a.copy(string(linker), string(linker)); err != nil {
				return err
			}
			names = append(names, "libgcc_s.so.1") // which libc loads when a thread ends
		}
	}
	for _, name := range names {
		if err := a.library(name, path); err != nil {
			return err
		}
	}
	return nil
}

// library looks where the linker of Debian on amd64 looks.
func (a *archive) library(name, whose string) error {
	for _, dir := range []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return a.copy(path, path)
		}
	}
	return fmt.Errorf("library %s, which %s needs, was not found", name, whose)
}

package kerneltest

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A kernel is what packaging/install-test-tools unpacked: an image, and the modules
// that may be loaded, by their names.
type kernel struct {
	image   string
	modules map[string]string
}

func findKernel() (kernel, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return kernel{}, err
	}
	root := filepath.Join(cache, "watashi-kernel", "current")
	images, _ := filepath.Glob(filepath.Join(root, "boot", "vmlinuz-*"))
	if len(images) != 1 {
		return kernel{}, fmt.Errorf("%s holds %d kernels: run packaging/install-test-tools", root, len(images))
	}
	k := kernel{image: images[0], modules: map[string]string{}}
	return k, filepath.WalkDir(filepath.Join(root, "lib", "modules"), func(path string, _ fs.DirEntry, err error) error {
		if name, is := strings.CutSuffix(filepath.Base(path), ".ko"); is {
			k.modules[canonical(name)] = path
		}
		return err
	})
}

// canonical is how a module is called whatever its file is called.
func canonical(name string) string { return strings.ReplaceAll(name, "-", "_") }

// closure lists the files of modules and of those that they depend on, in the order
// of loading.
func (k kernel) closure(names ...string) (files []string, err error) {
	var visit func(string) error
	visit = func(name string) error {
		path, there := k.modules[canonical(name)]
		if !there {
			return fmt.Errorf("the kernel at %s has no module %s", k.image, name)
		}
		needed, err := dependencies(path)
		if err != nil {
			return err
		}
		for _, other := range needed {
			if err := visit(other); err != nil {
				return err
			}
		}
		if !slices.Contains(files, path) {
			files = append(files, path)
		}
		return nil
	}
	for _, name := range names {
		err = errors.Join(err, visit(name))
	}
	return files, err
}

// dependencies reads what a module says of itself. The list that depmod makes is not
// there, as the kernel was never installed.
func dependencies(path string) ([]string, error) {
	file, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading module %s: %w", path, err)
	}
	defer file.Close()
	section := file.Section(".modinfo")
	if section == nil {
		return nil, fmt.Errorf("reading module %s: it has no .modinfo", path)
	}
	info, err := section.Data()
	if err != nil {
		return nil, fmt.Errorf("reading module %s: %w", path, err)
	}
	for fact := range bytes.SplitSeq(info, []byte{0}) {
		if list, is := bytes.CutPrefix(fact, []byte("depends=")); is && len(list) > 0 {
			return strings.Split(string(list), ","), nil
		}
	}
	return nil, nil
}

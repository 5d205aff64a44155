package main

import (
	"os"
	"syscall"
	"time"
)

// watched is the file with the page's address, and the one beside it: what watashi-terminald
// tells whoever keeps the browser it tells by when they change. Their content is for others.
type watched struct {
	path        string
	page, heard stamp // when the browser was started
}

// heard is the file that stands there for as long as the terminal hears a page.
func heard(path string) string { return path + ".heard" }

// asks reports whether the terminal wants another browser.
func (w watched) asks() bool { return stampOf(w.path) != w.page }

// hears reports whether the terminal hears this browser's page. What it heard before was
// the one before.
func (w watched) hears() bool {
	now := stampOf(heard(w.path))
	return now != stamp{} && now != w.heard
}

// stamp tells one state of a file from another. Its content is for others.
type stamp struct {
	inode    uint64
	modified time.Time
}

// stampOf a file that is not there is one too.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	s := stamp{modified: info.ModTime()}
	if system, is := info.Sys().(*syscall.Stat_t); is {
		s.inode = system.Ino
	}
	return s
}

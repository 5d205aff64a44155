// Package ptytest gives tests a terminal with a person before it, where the system has
// pseudo-terminals as Linux has them.
package ptytest

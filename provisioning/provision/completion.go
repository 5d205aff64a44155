package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

const completionHelp = `Prints what the shell needs to complete commands, flags and their values: bash, zsh or
fish. For bash put it into /usr/share/bash-completion/completions/watashi-provision, or:
source <(watashi-provision completion bash)
`

// runCompletion prints the script for one shell.
func runCompletion(_ context.Context, _ world, args []string, _ io.Reader, out, complaints io.Writer) int {
	var shell string
	if code, ok := justWords("completion", args, complaints, &shell); !ok {
		return code
	}
	script, known := map[string]func() string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[shell]
	if !known {
		fmt.Fprintf(complaints, "no shell of that name: bash, zsh or fish\n")
		return exitUsage
	}
	if _, err := io.WriteString(out, script()); err != nil {
		return exitOther
	}
	return exitDone
}

// tree is what may follow each beginning of a command: words, or at its end flags.
func tree() map[string][]string {
	next := map[string][]string{}
	add := func(path, word string) {
		if !slices.Contains(next[path], word) {
			next[path] = append(next[path], word)
		}
	}
	for _, e := range entries() {
		words := strings.Fields(e.words)
		for n, word := range words {
			add(strings.Join(words[:n], " "), word)
		}
		for _, o := range optionsOf(e.flags) {
			add(e.words, o.name)
		}
		add(e.words, "--help")
	}
	add("", "help")
	for _, shell := range []string{"bash", "fish", "zsh"} {
		add("completion", shell)
	}
	return next
}

// values are what a flag may take, by the word that its help has for it: a file or a
// folder, one of some words, or something that only people know.
func values() (files []string, words map[string][]string, other []string) {
	some := map[string][]string{
		"E": {"production", "test"}, "P": {"auto", "tpm", "file"}, "STEP": {"keys", "attestation", "certificates", "bundle", "devices", "report"},
	}
	words = map[string][]string{}
	for _, e := range entries() {
		for _, o := range optionsOf(e.flags) {
			switch {
			case o.takes == "" || slices.Contains(files, o.name) || slices.Contains(other, o.name):
			case some[o.takes] != nil:
				words[o.name] = some[o.takes]
			case o.takes == "FILE" || o.takes == "DIR" || o.takes == "DEVICE":
				files = append(files, o.name)
			default:
				other = append(other, o.name)
			}
		}
	}
	slices.Sort(files)
	slices.Sort(other)
	return files, words, other
}

// takesFile are the commands that take a file or a folder besides flags.
func takesFile() (all []string) {
	for _, e := range entries() {
		if e.takes == "FILE" || e.takes == "DIR" {
			all = append(all, e.words)
		}
	}
	return all
}

// quotedAll are words for a pattern of case.
func quotedAll(words []string) string {
	var all []string
	for _, w := range words {
		all = append(all, `"`+w+`"`)
	}
	return strings.Join(all, "|")
}

func bashScript() string {
	var s strings.Builder
	next := tree()
	files, words, other := values()
	takers := slices.Sorted(slices.Values(slices.Concat(files, other, slices.Collect(maps.Keys(words)))))
	s.WriteString(`# completion of watashi-provision for bash, made by: watashi-provision completion bash
_watashi_provision() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path= words= files= i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		` + strings.Join(takers, "|") + `) ((i++)) ;;
		-*) ;;
		*)
			case "${path:+$path }${COMP_WORDS[i]}" in
			` + quotedAll(slices.DeleteFunc(slices.Sorted(maps.Keys(next)), func(path string) bool { return path == "" })) + `)
				path="${path:+$path }${COMP_WORDS[i]}" ;;
			esac ;;
		esac
	done
	case $prev in
	` + strings.Join(files, "|") + `)
		COMPREPLY=($(compgen -f -- "$cur"))
		return ;;
`)
	for _, flag := range slices.Sorted(maps.Keys(words)) {
		fmt.Fprintf(&s, "\t%s)\n\t\tCOMPREPLY=($(compgen -W %q -- \"$cur\"))\n\t\treturn ;;\n", flag, strings.Join(words[flag], " "))
	}
	s.WriteString("\t" + strings.Join(other, "|") + ")\n\t\treturn ;;\n\tesac\n\tcase $path in\n")
	for _, path := range slices.Sorted(maps.Keys(next)) {
		fmt.Fprintf(&s, "\t%q) words=%q ;;\n", path, strings.Join(next[path], " "))
	}
	s.WriteString("\tesac\n\tcase $path in\n\t" + quotedAll(takesFile()) + `)
		[[ $cur == -* ]] || files=1 ;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
	[[ -z $files ]] || COMPREPLY+=($(compgen -f -- "$cur"))
}
complete -o filenames -F _watashi_provision watashi-provision
`)
	return s.String()
}

// zshScript has zsh use what bash uses.
func zshScript() string {
	return "#compdef watashi-provision\nautoload -Uz bashcompinit && bashcompinit\n" + bashScript()
}

func fishScript() string {
	var s strings.Builder
	s.WriteString(`# completion of watashi-provision for fish, made by: watashi-provision completion fish
function __watashi_at
	set -l words
	for word in (commandline -opc)[2..-1]
		string match -q -- '-*' $word; or set -a words $word
	end
	test "$words" = "$argv[1]"
end
complete -c watashi-provision -f
`)
	next := tree()
	abouts := map[string]string{}
	for _, e := range entries() {
		abouts[e.words] = e.about
		for _, o := range optionsOf(e.flags) {
			line := fmt.Sprintf("complete -c watashi-provision -n '__watashi_at %q' -l %s -d %q", e.words, strings.TrimPrefix(o.name, "--"), o.about)
			if o.takes != "" {
				line += " -r -F"
			}
			s.WriteString(line + "\n")
		}
	}
	for _, path := range slices.Sorted(maps.Keys(next)) {
		for _, word := range next[path] {
			if !strings.HasPrefix(word, "--") {
				fmt.Fprintf(&s, "complete -c watashi-provision -n '__watashi_at %q' -a %s -d %q\n", path, word, abouts[strings.TrimSpace(path+" "+word)])
			}
		}
	}
	return s.String()
}

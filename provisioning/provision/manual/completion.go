package manual

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Completion is the script for one shell: bash, zsh or fish; known is false for any
// other.
func (p Program) Completion(shell string) (script string, known bool) {
	write, known := map[string]func() string{"bash": p.bashScript, "zsh": p.zshScript, "fish": p.fishScript}[shell]
	if !known {
		return "", false
	}
	return write(), true
}

// tree is what may follow each beginning of a command: words, or at its end flags.
func (p Program) tree() map[string][]string {
	next := map[string][]string{}
	add := func(path, word string) {
		if !slices.Contains(next[path], word) {
			next[path] = append(next[path], word)
		}
	}
	for _, c := range p.Commands {
		words := strings.Fields(c.Words)
		for n, word := range words {
			add(strings.Join(words[:n], " "), word)
		}
		for _, o := range c.Options() {
			add(c.Words, o.Name)
		}
		add(c.Words, "--help")
	}
	add("", "help")
	for _, path := range slices.Sorted(maps.Keys(p.Words)) {
		for _, word := range p.Words[path] {
			add(path, word)
		}
	}
	return next
}

// values are what a flag may take, by the word that its help has for it: a file or a
// folder, one of some words, or something that only people know.
func (p Program) values() (files []string, words map[string][]string, other []string) {
	words = map[string][]string{}
	for _, c := range p.Commands {
		for _, o := range c.Options() {
			switch {
			case o.Takes == "" || slices.Contains(files, o.Name) || slices.Contains(other, o.Name):
			case p.Values[o.Takes] != nil:
				words[o.Name] = p.Values[o.Takes]
			case o.Takes == "FILE" || o.Takes == "DIR" || o.Takes == "DEVICE":
				files = append(files, o.Name)
			default:
				other = append(other, o.Name)
			}
		}
	}
	slices.Sort(files)
	slices.Sort(other)
	return files, words, other
}

// takesFile are the commands that take a file or a folder besides flags.
func (p Program) takesFile() (all []string) {
	for _, c := range p.Commands {
		if c.Takes == "FILE" || c.Takes == "DIR" {
			all = append(all, c.Words)
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

func (p Program) bashScript() string {
	var s strings.Builder
	next := p.tree()
	files, words, other := p.values()
	takers := slices.Sorted(slices.Values(slices.Concat(files, other, slices.Collect(maps.Keys(words)))))
	s.WriteString(`# completion of @PROGRAM@ for bash, made by: @PROGRAM@ completion bash
@FUNCTION@() {
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
	s.WriteString("\tesac\n\tcase $path in\n\t" + quotedAll(p.takesFile()) + `)
		[[ $cur == -* ]] || files=1 ;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
	[[ -z $files ]] || COMPREPLY+=($(compgen -f -- "$cur"))
}
complete -o filenames -F @FUNCTION@ @PROGRAM@
`)
	return p.named(s.String())
}

// zshScript has zsh use what bash uses.
func (p Program) zshScript() string {
	return "#compdef " + p.Name + "\nautoload -Uz bashcompinit && bashcompinit\n" + p.bashScript()
}

func (p Program) fishScript() string {
	var s strings.Builder
	s.WriteString(`# completion of @PROGRAM@ for fish, made by: @PROGRAM@ completion fish
function __watashi_at
	set -l words
	for word in (commandline -opc)[2..-1]
		string match -q -- '-*' $word; or set -a words $word
	end
	test "$words" = "$argv[1]"
end
complete -c @PROGRAM@ -f
`)
	next := p.tree()
	abouts := map[string]string{}
	for _, c := range p.Commands {
		abouts[c.Words] = c.About
		for _, o := range c.Options() {
			line := fmt.Sprintf("complete -c @PROGRAM@ -n '__watashi_at %q' -l %s -d %q", c.Words, strings.TrimPrefix(o.Name, "--"), o.About)
			if o.Takes != "" {
				line += " -r -F"
			}
			s.WriteString(line + "\n")
		}
	}
	for _, path := range slices.Sorted(maps.Keys(next)) {
		for _, word := range next[path] {
			if !strings.HasPrefix(word, "--") {
				fmt.Fprintf(&s, "complete -c @PROGRAM@ -n '__watashi_at %q' -a %s -d %q\n", path, word, abouts[strings.TrimSpace(path+" "+word)])
			}
		}
	}
	return p.named(s.String())
}

// named puts the program's name where a script wants it.
func (p Program) named(script string) string {
	return strings.NewReplacer("@PROGRAM@", p.Name, "@FUNCTION@", "_"+strings.ReplaceAll(p.Name, "-", "_")).Replace(script)
}

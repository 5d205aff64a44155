//go:build e2e

package torture_test

import "github.com/digital-watashi/kiosk/terminal/street"

// search looks for whatever is personal through all that the terminal's two services
// wrote. Bare codes are too short for so much of it: six digits stand in any number.
func (s *world) search(visits []*visit) (found []string) {
	s.T.Helper()
	used := street.Secrets{}
	for _, v := range visits {
		used[string(v.phone.Digits())] = "a registration key"
		for _, code := range v.codes {
			used["watashi:code:"+string(code)], used[`"`+string(code)+`"`] = "a code", "a code"
		}
	}
	return s.SearchDisk(s.Cast().And(used))
}

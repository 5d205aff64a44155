package main

import (
	"regexp"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestPhoneHasWordsOnlyForProblemsThatThePlatformHas(t *testing.T) {
	raw, err := phonePage.ReadFile("phone/words.js")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, found := range regexp.MustCompile(`(?m)^  "([a-z-]+)": "[^"]*[。] [A-Z][^"]*\.",$`).FindAllSubmatch(raw, -1) {
		codes = append(codes, string(found[1]))
	}
	for _, code := range codes {
		if !slices.Contains(protocol.ProblemCodes(), code) {
			t.Errorf("the platform never says %s", code)
		}
	}
	for _, code := range []string{protocol.CodeWrong, protocol.CodeExpired, protocol.CodeTriesSpent, protocol.CodeContested, protocol.CodeRefused} {
		if !slices.Contains(codes, code) {
			t.Errorf("no words in two languages for %s", code)
		}
	}
}

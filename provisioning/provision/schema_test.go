package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// judgeBySchema judges a JSON text by one of the schemas that programs may read.
func judgeBySchema(name, text string) error {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	schema, err := c.Compile(filepath.Join("schema", name+".json"))
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func TestEachCommandOfAGroupHasASchema(t *testing.T) {
	for _, g := range groups() {
		for _, c := range g.commands {
			name := strings.Join(strings.Fields(g.name+" "+c.name), "-")
			if _, err := os.Stat(filepath.Join("schema", name+".json")); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestEachCommandThatStandsAloneAndPrintsJSONHasASchema(t *testing.T) {
	for _, l := range lones() {
		name := l.name
		if name == "replace" { // prints what init prints
			name = "init"
		}
		if _, err := os.Stat(filepath.Join("schema", name+".json")); strings.Contains(l.flags, "--json") && err != nil {
			t.Error(err)
		}
	}
}

func TestResultsOfTheSchemasAreTheExits(t *testing.T) {
	for _, e := range exits() {
		text := fmt.Sprintf(`{"result":%q,"configuration":"","readers":[],"configured":{"reader":"","printer":"","scanner":"","sensors":"","lights":"","voice":""},"found":[]}`, e.name)
		if err := judgeBySchema("device-list", text); err != nil {
			t.Errorf("exit %s: %v", e.name, err)
		}
	}
}

package status_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/status"
)

func judge(t *testing.T, name string, v any) error {
	t.Helper()
	text, err := status.Schemas.ReadFile("schema/" + name + ".json")
	check(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	check(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	check(t, c.AddResource(name+".json", document))
	schema, err := c.Compile(name + ".json")
	check(t, err)
	raw, err := json.Marshal(v)
	check(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	check(t, err)
	return schema.Validate(value)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fill sets every member that is empty, so that every member is told.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(400)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Array: // an id or a digest
		v.Index(0).SetUint(1)
	}
}

func TestEveryMemberStandsInTheSchemas(t *testing.T) {
	var terminal status.Terminal
	fill(reflect.ValueOf(&terminal).Elem())
	terminal.Maintenance = "cleaning"
	terminal.Environment, terminal.Reader, terminal.Scanner = "test", "online", "offline"
	terminal.Printer.Device, terminal.Printer.Paper = "hardwareError", "jammed"
	terminal.Sensors.Device, terminal.Sensors.Door, terminal.Sensors.Switch = "powerOff", "open", "maintenance"
	terminal.Sensors.Headset = "present"
	terminal.Platform.Refused[0].Kind = "withdrawal"
	if err := judge(t, "status", terminal); err != nil {
		t.Error(err)
	}
	var queue status.Queue
	fill(reflect.ValueOf(&queue).Elem())
	i := &queue.Items[0]
	i.Kind, i.State = "registration", status.Lost
	i.Facts.Delivery, i.Facts.HandOver, i.Facts.Withdrawal, i.Facts.Answer = "lost", "unknown", "asked", "activated"
	if err := judge(t, "queue", queue); err != nil {
		t.Error(err)
	}
}

func TestLittleMayBeKnown(t *testing.T) {
	for name, v := range map[string]any{
		"status": status.Terminal{Version: "v1", Fault: "SET-UP"},
		"queue":  status.Queue{Items: []status.Item{{ID: protocol.ID{1}, Kind: "withdrawal", State: status.Waiting}}},
	} {
		if err := judge(t, name, v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLostAreCountedOverAllDamagedJournals(t *testing.T) {
	j := status.Journal{Salvaged: []status.Salvage{{Lost: 2}, {}, {Lost: 3}}}
	if got := j.Lost(); got != 5 {
		t.Errorf("got %d, want 5", got)
	}
}

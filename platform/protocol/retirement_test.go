package protocol_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// forgeByDevice signs any payload as a terminal's statement of a kind.
func forgeByDevice(kind string, payload []byte) []byte {
	p := cast()
	header := `{"alg":"ES256","kid":"` + protocol.CertificateKid(p.deviceCert) + `","typ":"watashi-` + kind + `+jws"}`
	return forge(p.device, header, payload)
}

func TestHeartbeatOfAnEarlierProgramIsStillRead(t *testing.T) {
	members := map[string]any{}
	if err := json.Unmarshal(must(json.Marshal(sampleHeartbeat())), &members); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(members, func(name string, _ any) bool {
		return name == "certificate_days" || name == "conditions" || name == "maintenance"
	})
	text := must(json.Marshal(members))
	if err := judge(schemas(t)["heartbeat"], text); err != nil {
		t.Errorf("by the schema: %v", err)
	}
	h, _, err := protocol.VerifyHeartbeat(forgeByDevice("heartbeat", text), cast().certByKid)
	if err != nil || h.CertificateDays != nil || h.Conditions != nil || h.Maintenance {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestConditionsOfAHeartbeatAreBounded(t *testing.T) {
	good := [][]string{nil, {"A"}, {strings.Repeat("A", 32)}, strings.Fields(strings.Repeat("PRN-PAPER ", 16)), {"X509-1"}}
	bad := [][]string{{""}, {strings.Repeat("A", 33)}, strings.Fields(strings.Repeat("PRN-PAPER ", 17)), {"prn-paper"}, {"<b>"}, {"A B"}, {"紙"}}
	compiled := schemas(t)["heartbeat"]
	try := func(conditions []string, wanted bool) {
		h := sampleHeartbeat()
		h.Conditions = conditions
		text := must(json.Marshal(h))
		_, _, err := protocol.VerifyHeartbeat(forgeByDevice("heartbeat", text), cast().certByKid)
		if bySchema := judge(compiled, text); (err == nil) != wanted || (bySchema == nil) != wanted {
			t.Errorf("%q: parser says %v, schema says %v", conditions, err, bySchema)
		}
	}
	for _, c := range good {
		try(c, true)
	}
	for _, c := range bad {
		try(c, false)
	}
}

func TestRetirementIsNotSignedUnlessWhole(t *testing.T) {
	for name, change := range map[string]func(*protocol.Retirement){
		"terminal":            func(r *protocol.Retirement) { r.TerminalID = "" },
		"time":                func(r *protocol.Retirement) { r.Time = time.Time{} },
		"negative":            func(r *protocol.Retirement) { r.Unsent = -1 },
		"unsent, not forced":  func(r *protocol.Retirement) { r.Forced = false },
		"successor of a name": func(r *protocol.Retirement) { r.Successor = "T 2" },
	} {
		r := sampleRetirement()
		change(&r)
		text := must(json.Marshal(r))
		if _, err := protocol.SignRetirement(r, cast().device, cast().deviceCert); err == nil {
			t.Errorf("%s: signed", name)
		}
		if _, _, err := protocol.VerifyRetirement(forgeByDevice("retirement", text), cast().certByKid); err == nil {
			t.Errorf("%s: read", name)
		}
		if judge(schemas(t)["retirement"], text) == nil && name != "time" {
			t.Errorf("%s: passes the schema", name)
		}
	}
}

func TestAHeartbeatIsNoRetirement(t *testing.T) {
	p := cast()
	beat := must(protocol.SignHeartbeat(sampleHeartbeat(), p.device, p.deviceCert))
	if _, _, err := protocol.VerifyRetirement(beat, p.certByKid); err == nil {
		t.Error("a heartbeat retires its terminal")
	}
	receipt := must(protocol.SignReceipt(sampleReceipt(), p.receipt))
	if _, err := protocol.VerifyOrder(receipt, []protocol.PublicKey{p.receipt.PublicKey()}, "T-0001", sampleOrder().Heartbeat); err == nil {
		t.Error("a receipt is an order")
	}
}

func TestAnOrderServesForItsHeartbeatAlone(t *testing.T) {
	p, o := cast(), sampleOrder()
	jws := must(protocol.SignOrder(o, p.receipt))
	keys := []protocol.PublicKey{p.receipt.PublicKey()}
	if _, err := protocol.VerifyOrder(jws, keys, o.TerminalID, o.Heartbeat); err != nil {
		t.Error(err)
	}
	if _, err := protocol.VerifyOrder(jws, keys, o.TerminalID, protocol.SHA256([]byte("a later one"))); !errors.Is(err, protocol.ErrOtherHeartbeat) {
		t.Errorf("for a later heartbeat: %v", err)
	}
	if _, err := protocol.VerifyOrder(jws, keys, "T-0002", o.Heartbeat); !errors.Is(err, protocol.ErrOtherHeartbeat) {
		t.Errorf("for another terminal: %v", err)
	}
	if _, err := protocol.VerifyOrder(jws, []protocol.PublicKey{p.bundle.PublicKey()}, o.TerminalID, o.Heartbeat); err == nil {
		t.Error("by another key")
	}
	o.Suspended = false
	if _, err := protocol.SignOrder(o, p.receipt); err == nil {
		t.Error("signed an order that lets serve and says since when not")
	}
}

// FuzzRetirementPayload signs whatever comes: behind a good signature, too, only a
// good statement is one.
func FuzzRetirementPayload(f *testing.F) {
	f.Add(must(json.Marshal(sampleRetirement())))
	f.Add(must(json.Marshal(sampleHeartbeat())))
	f.Add([]byte(`{"terminal_id":"T-1","time":"2026-11-24T01:30:00Z","unsent":0,"forced":false}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		r, cert, err := protocol.VerifyRetirement(forgeByDevice("retirement", b), cast().certByKid)
		if err != nil && (cert != nil || r != (protocol.Retirement{})) {
			t.Error("a retirement besides an error")
		}
		if err == nil && (r.TerminalID == "" || r.Unsent < 0 || (r.Unsent > 0 && !r.Forced)) {
			t.Errorf("accepted %+v", r)
		}
		h, _, err := protocol.VerifyHeartbeat(forgeByDevice("heartbeat", b), cast().certByKid)
		if err != nil && !reflect.DeepEqual(h, protocol.Heartbeat{}) {
			t.Error("a heartbeat besides an error")
		}
		o, err := protocol.VerifyOrder(forge(cast().receipt, `{"alg":"ES256","kid":"`+cast().receipt.Kid()+`","typ":"watashi-order+jws"}`, b),
			[]protocol.PublicKey{cast().receipt.PublicKey()}, "T-0001", sampleOrder().Heartbeat)
		if err != nil && o != (protocol.Order{}) {
			t.Error("an order besides an error")
		}
	})
}

package support

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/queue"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
)

// source is where one part of the bag comes from.
type source struct {
	name string
	get  func(context.Context) ([]byte, error)
}

// sources are all parts. Each is made of named facts: what is not named here does not
// come into the bag.
func sources(d *desk.Desk, scrub scrubber, version string) []source {
	made := func(name string, get func(context.Context) (any, error)) source {
		return source{name, func(ctx context.Context) ([]byte, error) {
			v, err := get(ctx)
			if err != nil {
				return nil, err
			}
			return asJSON(v)
		}}
	}
	asked := func(get func(context.Context, *desk.Desk) (any, error)) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) { return get(ctx, d) }
	}
	return []source{
		made("versions.json", func(ctx context.Context) (any, error) { return versions(ctx, d, version), nil }),
		made("status.json", func(ctx context.Context) (any, error) { return statusFacts(ctx, d, scrub) }),
		made("queue.json", asked(queueFigures)),
		made("audit.json", asked(auditFacts)),
		made("devices.json", asked(deviceFacts)),
		made("conditions.json", func(ctx context.Context) (any, error) { return conditions(ctx, d, scrub), nil }),
		{"metrics.txt", func(ctx context.Context) ([]byte, error) { return metricLines(ctx, d) }},
		{"log.txt", func(ctx context.Context) ([]byte, error) { return logLines(ctx, d, scrub) }},
		{"terminald.json", func(context.Context) ([]byte, error) { return knownConfig(d.Machine.File) }},
		{"uplinkd.json", func(context.Context) ([]byte, error) { return knownConfig(system.UplinkConfigFile) }},
		{"certificates.pem", func(context.Context) ([]byte, error) { return publicParts(d) }},
		made("bundle.json", func(context.Context) (any, error) {
			bundle, _, err := provisioning.LoadBundle(d.Machine.StateDir)
			return bundle, err
		}),
		made("machine.json", func(context.Context) (any, error) { return machineFacts(d), nil }),
	}
}

// ourNames are those of this machine, which are no citizen's.
func ourNames(d *desk.Desk) []string {
	names := []string{d.Machine.StateDir, d.Machine.StatusSocket, system.UplinkDir}
	if bundle, _, err := provisioning.LoadBundle(d.Machine.StateDir); err == nil {
		names = append(names, bundle.PlatformID)
	}
	return names
}

func versions(ctx context.Context, d *desk.Desk, version string) map[string]string {
	v := map[string]string{"provision": version, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH}
	if s, err := d.Ask(ctx); err == nil {
		v["terminald"] = s.Version
	}
	return v
}

// statusFacts is the status without ids, and with its texts scrubbed.
func statusFacts(ctx context.Context, d *desk.Desk, scrub scrubber) (any, error) {
	s, err := d.Ask(ctx)
	if err != nil {
		return nil, err
	}
	s.Missing = scrub.text(s.Missing)
	if s.Printer != nil {
		s.Printer.Error = scrub.text(s.Printer.Error)
	}
	if s.Platform != nil {
		s.Platform.Refused = nil // queue.json has their figures
	}
	if s.Journal != nil {
		s.Journal.Fault = scrub.text(s.Journal.Fault)
		for n := range s.Journal.Salvaged {
			salvaged := &s.Journal.Salvaged[n]
			salvaged.LostIDs, salvaged.Doubtful, salvaged.Cause = nil, nil, scrub.text(salvaged.Cause)
		}
	}
	return s, nil
}

// queueFigures counts what waits, by kind, state and cause.
func queueFigures(ctx context.Context, d *desk.Desk) (any, error) {
	q, err := queue.List(ctx, d)
	if err != nil {
		return nil, err
	}
	type figure struct {
		Kind  string `json:"kind"`
		State string `json:"state"`
		Cause string `json:"cause,omitempty"`
		Count int    `json:"count"`
		Bytes int    `json:"bytes"`
		Tries int    `json:"tries"`
		Age   int    `json:"oldest_seconds"`
	}
	figures := []*figure{}
	for _, i := range q.Items {
		at := slices.IndexFunc(figures, func(f *figure) bool {
			return f.Kind == i.Kind && f.State == i.State && f.Cause == i.Cause+i.Reason
		})
		if at < 0 {
			figures, at = append(figures, &figure{Kind: i.Kind, State: i.State, Cause: i.Cause + i.Reason}), len(figures)
		}
		f := figures[at]
		f.Count, f.Bytes, f.Tries, f.Age = f.Count+1, f.Bytes+i.Size, f.Tries+i.Tries, max(f.Age, i.AgeSeconds)
	}
	return map[string]any{
		"reachable": q.Reachable, "cause": q.Cause, "waiting": q.Waiting, "quarantined": q.Quarantined, "damaged_journals": len(q.Salvaged), "items": figures,
	}, nil
}

// lastEvents is how many entries of the audit trail are told.
const lastEvents = 200

// event is an entry of the trail without its id.
type event struct {
	Sequence uint64    `json:"sequence"`
	Time     time.Time `json:"time"`
	Event    string    `json:"event"`
	State    string    `json:"state,omitempty"`
}

// auditFacts verifies the trail and tells its end.
func auditFacts(ctx context.Context, d *desk.Desk) (any, error) {
	trail, err := queue.ReadTrail(ctx, d)
	if err != nil {
		return nil, err
	}
	verdict := "whole"
	r, err := queue.JudgeTrail(trail)
	if err != nil {
		verdict = d.Verdict(err).Meaning
	}
	lines := bytes.Split(bytes.TrimSpace(trail), []byte("\n"))
	events := []event{}
	for _, line := range lines[max(0, len(lines)-lastEvents):] {
		var e event
		if json.Unmarshal(line, &e) == nil {
			events = append(events, e)
		}
	}
	return map[string]any{"verdict": verdict, "entries": r.Entries, "head": r.Head, "counts": r.Events, "last": events}, nil
}

// deviceFacts name the devices. What a card in a reader says of itself stays out.
func deviceFacts(ctx context.Context, d *desk.Desk) (any, error) {
	r, _ := trial.List(ctx, d) // without a card service there are no readers
	for n := range r.Readers {
		r.Readers[n].ATR = ""
	}
	return map[string]any{"configured": r.Configured, "readers": r.Readers, "found": r.Found}, nil
}

// conditions are what check finds.
func conditions(ctx context.Context, d *desk.Desk, scrub scrubber) any {
	r, err := trial.Check(ctx, d)
	r.Conclude(d.Verdict(err), nil)
	for n := range r.Devices {
		r.Devices[n].Cause = scrub.text(r.Devices[n].Cause)
	}
	return r
}

// metricLines are the counters of terminald, and of Go.
func metricLines(ctx context.Context, d *desk.Desk) ([]byte, error) {
	code, body, err := d.Request(ctx, http.MethodGet, "/metrics")
	if err != nil {
		return nil, err
	}
	if code != http.StatusOK {
		return nil, desk.ErrNoTerminal
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, "watashi_") || strings.HasPrefix(line, "go_") || strings.HasPrefix(line, "process_") {
			out.WriteString(line)
		}
	}
	return out.Bytes(), nil
}

// logLines are the last lines of both services, scrubbed.
func logLines(ctx context.Context, d *desk.Desk, scrub scrubber) ([]byte, error) {
	raw, err := d.Logs(ctx)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(raw)) {
		out.WriteString(scrub.line(strings.TrimSuffix(line, "\n")) + "\n")
	}
	content := out.Bytes()
	return content[max(0, len(content)-maxPart):], nil
}

// publicParts are the certificates of both identities, without the keys.
func publicParts(d *desk.Desk) ([]byte, error) {
	var out bytes.Buffer
	var all error
	for _, path := range []string{filepath.Join(d.Machine.StateDir, "device.crt"), filepath.Join(uplinkDir(), "tls.crt")} {
		cert, err := provisioning.ReadCertificate(path)
		if err != nil {
			all = errors.Join(all, err)
			continue
		}
		all = errors.Join(all, pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
	}
	if out.Len() > 0 {
		return out.Bytes(), nil
	}
	return nil, all
}

// uplinkDir is the folder that uplinkd's configuration names.
func uplinkDir() string {
	var c struct {
		Dir string `json:"uplink_dir"`
	}
	raw, err := os.ReadFile(system.UplinkConfigFile)
	if err == nil && json.Unmarshal(raw, &c) == nil && c.Dir != "" {
		return c.Dir
	}
	return system.UplinkDir
}

// configMembers are what a configuration may have, at any depth: all that both
// services know.
func configMembers() []string {
	return strings.Fields(`state_dir reader printer scanner sensors lights voice ui fonts uplink_socket uplink_users status_socket status_users log_level
		kind path device player engines address baud width_dots patience_seconds chip tamper door operator headset card_reader receipt_printer offset active_low listen url_file uplink_dir socket patience_seconds`)
}

// knownConfig is a configuration without the members that we do not know; they are
// named only by their number.
func knownConfig(name string) ([]byte, error) {
	if name == "" {
		return nil, errors.New("no file: these are the defaults")
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if len(raw) > desk.MaxConfig {
		return nil, desk.ErrConfig
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, desk.ErrConfig
	}
	members := map[string]bool{}
	for _, name := range configMembers() {
		members[name] = true
	}
	left := keepMembers(all, members)
	return asJSON(map[string]any{"configuration": all, "left_out": left})
}

// keepMembers deletes what is not known, and counts it.
func keepMembers(object map[string]any, known map[string]bool) (left int) {
	for name, value := range maps.Clone(object) {
		if !known[name] {
			delete(object, name)
			left++
		} else if inner, is := value.(map[string]any); is {
			left += keepMembers(inner, known)
		}
	}
	return left
}

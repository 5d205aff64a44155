package conformance

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The answers of the OpenAPI document: each operation with each status that is
// listed for it and, where the answer tells a verdict or a status in one word, with
// each such word. "queryKey 200 expired" is one.

// words is a member of a schema that tells by one word of a list.
type words struct {
	member string
	all    []any
}

// wordsOf finds it in a schema, if it has one.
func wordsOf(ref any) (found words, err error) {
	name, _ := ref.(string)
	text, err := fs.ReadFile(protocol.Schemas, "schema/"+path.Base(name))
	if err != nil {
		return words{}, fmt.Errorf("schema of an answer: %w", err)
	}
	var schema struct {
		Properties map[string]struct{ Enum []any }
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		return words{}, fmt.Errorf("schema %s: %w", name, err)
	}
	for _, member := range []string{"verdict", "status"} {
		if all := schema.Properties[member].Enum; len(all) > 0 {
			return words{member, all}, nil
		}
	}
	return words{}, nil
}

// answers lists them all.
func (d *description) answers() (all []string, err error) {
	for pattern := range d.at(d.root, "paths") {
		for method := range d.at(d.root, "paths", pattern) {
			operation := d.at(d.root, "paths", pattern, method)
			for status := range d.at(operation, "responses") {
				told, err := d.told(operation, status)
				if err != nil {
					return nil, err
				}
				all = append(all, told...)
			}
		}
	}
	slices.Sort(all)
	return all, nil
}

// told is what one status of an operation may tell.
func (d *description) told(operation map[string]any, status string) ([]string, error) {
	plain := fmt.Sprintf("%v %s", operation["operationId"], status)
	for _, content := range d.at(operation, "responses", status, "content") {
		as, _ := content.(map[string]any)
		w, err := wordsOf(payloadOf(as))
		if err != nil {
			return nil, err
		}
		if len(w.all) > 0 && status == strconv.Itoa(http.StatusOK) {
			told := make([]string, 0, len(w.all))
			for _, word := range w.all {
				told = append(told, fmt.Sprint(plain, " ", word))
			}
			return told, nil
		}
	}
	return []string{plain}, nil
}

// payloadOf names the schema of what a content holds: of the payload, where that is
// a JWS. Certificates have none, for which the schema of all names stands.
func payloadOf(content map[string]any) any {
	if ref := content["x-payload"]; ref != nil {
		return ref
	}
	if schema, _ := content["schema"].(map[string]any); schema["$ref"] != nil {
		return schema["$ref"]
	}
	return "schema/common.json"
}

// which is the answer of the document that r is; "" where nothing is described.
func (d *description) which(method, where string, r reply) string {
	operation := d.operation(method, where)
	if operation == nil {
		return ""
	}
	status := strconv.Itoa(r.status)
	plain := fmt.Sprintf("%v %s", operation["operationId"], status)
	if r.status != http.StatusOK {
		return plain
	}
	media, _, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil {
		return plain
	}
	w, err := wordsOf(payloadOf(d.at(operation, "responses", status, "content", media)))
	if err != nil || w.member == "" {
		return plain
	}
	var said map[string]any
	if err := json.Unmarshal(plainText(media, r.body), &said); err != nil {
		return plain
	}
	return fmt.Sprint(plain, " ", said[w.member])
}

// plainText is the JSON of an answer.
func plainText(media string, body []byte) []byte {
	if media != protocol.MediaJOSE {
		return body
	}
	_, payload, err := opened(body)
	if err != nil {
		return nil
	}
	return payload
}

// meet remembers that an answer of the document was given.
func (t *trial) meet(method, where string, r reply) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.met[t.described.which(method, where, r)] = true
}

// unmet are the answers of the document that nobody gave in this run.
func (t *trial) unmet() (met int, unmet []string, err error) {
	all, err := t.described.answers()
	unmet = []string{}
	for _, a := range all {
		if t.met[a] {
			met++
			continue
		}
		unmet = append(unmet, a)
	}
	return met, unmet, err
}

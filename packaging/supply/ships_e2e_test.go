//go:build e2e

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The npm package of CycloneDX's own, which brings the schemas.
const (
	schemas    = "@cyclonedx/cyclonedx-library@10.3.0"
	schemasSum = "9833bd949052eb18218dd64b13ad62d9246f7395eef01c66dad08fcbacf74f01"
)

func TestE2EABillOfMaterialsIsWhatCycloneDXSaysThatItIs(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	for name, schema := range cycloneDX(t) {
		if err := compiler.AddResource("http://cyclonedx.org/schema/"+name, schema); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile("http://cyclonedx.org/schema/bom-1.6.SNAPSHOT.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var document bytes.Buffer
	epoch := func(string) string { return "1767225600" }
	if err := run([]string{"sbom", "watashi-terminal", "v1.2.3", "../../bin/watashi-terminald", "../../bin/watashi-uplinkd"}, &document, epoch); err != nil {
		t.Fatal(err)
	}
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(document.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(read); err != nil {
		t.Error(err)
	}
	read.(map[string]any)["components"].([]any)[0].(map[string]any)["type"] = "pie"
	if schema.Validate(read) == nil {
		t.Error("the schema takes anything")
	}
}

// cycloneDX fetches the schemas, by name, and holds that they are those that somebody
// has looked at.
func cycloneDX(t *testing.T) map[string]any {
	t.Helper()
	dir := t.TempDir()
	fetch := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, schemas)
	fetch.Dir, fetch.Stderr = dir, os.Stderr
	if err := fetch.Run(); err != nil {
		t.Fatal("npm pack: ", err)
	}
	packed, _ := filepath.Glob(filepath.Join(dir, "*.tgz"))
	raw, err := os.ReadFile(strings.Join(packed, ""))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != schemasSum {
		t.Fatalf("%s is another one now: %x", schemas, sum)
	}
	plain, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]any{}
	for files := tar.NewReader(plain); ; {
		file, err := files.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		if name := path.Base(file.Name); strings.HasSuffix(name, ".schema.json") {
			if found[name], err = jsonschema.UnmarshalJSON(files); err != nil {
				t.Fatal(name, ": ", err)
			}
		}
	}
}

// Whoever gets the files checks them with the two commands that the script names.
func TestE2ESumsAreSignedAndOfOneBuild(t *testing.T) {
	dist := t.TempDir()
	put := func(name string) {
		if err := os.WriteFile(filepath.Join(dist, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"watashi-terminal_1.2~rc1_amd64.deb", "watashi-terminal_1.2~rc1_arm64.deb", "watashi-terminal-v1.2-rc1-amd64.msi", "watashi-terminal_amd64.cdx.json", "boot.log"} {
		put(name)
	}
	sums := func() ([]byte, error) { return exec.Command("./sums", dist).CombinedOutput() }
	if out, err := sums(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	list, err := os.ReadFile(filepath.Join(dist, "SHA256SUMS"))
	if lines := strings.Count(string(list), "\n"); err != nil || lines != 4 || bytes.Contains(list, []byte("boot.log")) {
		t.Errorf("%v, the list is\n%s", err, list)
	}
	check := func() error {
		c := exec.Command("sh", "-ec", "ssh-keygen -Y verify -f allowed_signers -I watashi -n watashi-release -s SHA256SUMS.testsig <SHA256SUMS && sha256sum --check SHA256SUMS")
		c.Dir = dist
		return c.Run()
	}
	if err := check(); err != nil {
		t.Error("what was signed does not verify: ", err)
	}
	if err := os.WriteFile(filepath.Join(dist, "SHA256SUMS"), append(list, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	if check() == nil {
		t.Error("another list than the signed one verifies")
	}
	for _, old := range []string{"watashi-terminal_1.1_amd64.deb", "watashi-terminal-v1.1-amd64.msi"} {
		put(old)
		if out, err := sums(); err == nil || !strings.Contains(string(out), "more than one version") {
			t.Errorf("with %s: %v, %s", old, err, out)
		}
		if err := os.Remove(filepath.Join(dist, old)); err != nil {
			t.Fatal(err)
		}
	}
}

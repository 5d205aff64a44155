# make run    the whole journey on this machine, with virtual devices: only Go and make needed
# make test   everything, with all that it needs installed first
# make e2e    only what needs pcscd, Chromium and a private namespace
# make torture  power cuts, kills and network faults for TORTURE=5m
# make residue  RESIDUE=50 journeys, and then what of them is left in memory, swap, logs and crashes
# make soak   SOAK=5000 visits one after another, and whether memory, descriptors and goroutines stay
# make ui-audit  every screen in every language, judged; its pictures in tmp/ui-audit
# make screens  the pictures of docs/screens.md, drawn anew
# make windows  the installer for Windows, built and tried under wine
# make reproducible  packages, installer and programs built twice, in two places, and compared; PROGRAMS=... alone
# make vuln   govulncheck, where vuln.go.dev can be reached
# make lint   staticcheck, which takes minutes when it runs first
# make build  the six programs, in bin/
# make package  the Debian packages, in dist/; make package-test installs and boots them in a bare Debian
# make vm-test  boots them with a screen, in a virtual machine or a container: log and picture in tmp/boot
# make sandbox  how the units are walled in, and how others are

GO      ?= go
VERSION ?= $(shell packaging/version 2>/dev/null || echo unknown)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
LDFLAGS  = -X main.version=$(VERSION) -X main.commit=$(COMMIT)

.PHONY: run test unit e2e torture residue soak ui-audit screens vet build package package-test vm-test sandbox windows reproducible lint vuln bench tools clean

run:
	CGO_ENABLED=0 $(GO) run ./terminal/demo

test: tools vet unit e2e

tools:
	./packaging/install-test-tools

vet:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt differs:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags e2e ./...
	$(GO) vet -tags gpio ./hal/gpio
	CGO_ENABLED=0 $(GO) vet ./...
	CGO_ENABLED=0 GOOS=windows $(GO) build ./terminal/terminald ./terminal/uplinkd ./provisioning/provision

lint:
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags e2e ./...

vuln:
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

unit:
	$(GO) test -count=1 ./...

e2e: tools build
	$(GO) test -count=1 -p 1 -timeout 15m -tags e2e -run E2E ./...

torture: tools build
	$(GO) test -tags e2e -c -o bin/watashi-torture.test ./terminal/torture
	cd terminal/torture && TORTURE=$(or $(TORTURE),5m) ../../bin/watashi-torture.test -test.run E2E -test.parallel 4

residue: tools build
	mkdir -p tmp
	RESIDUE=$(or $(RESIDUE),50) REPORT=$(CURDIR)/tmp/residue.txt $(GO) test -count=1 -timeout 60m -tags e2e -run TestE2ENoResidueOfAVisitor ./terminal/e2e
	@cat tmp/residue.txt

soak: tools build
	mkdir -p tmp
	SOAK=$(or $(SOAK),5000) REPORT=$(CURDIR)/tmp/soak.txt $(GO) test -count=1 -timeout 120m -tags e2e -run TestE2ESoakIsFlat ./terminal/soak
	@cat tmp/soak.txt

ui-audit: tools
	mkdir -p tmp/ui-audit
	SCREENSHOTS=$(CURDIR)/tmp/ui-audit AUDIT=all $(GO) test -count=1 -timeout 60m -tags e2e -run TestE2EEveryScreenPassesTheAudit ./terminal
	@cat tmp/ui-audit/summary.txt

screens: tools
	SCREENS=$(CURDIR)/docs/screens $(GO) test -count=1 -tags e2e -run TestE2EScreensOfTheDocumentsAreDrawn ./terminal

build:
	GOEXPERIMENT=runtimesecret $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/watashi-terminald ./terminal/terminald
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/watashi-uplinkd ./terminal/uplinkd
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/watashi-provision ./provisioning/provision
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/watashi-platformd ./platform/platformd
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/watashi-simulator ./hal/simulator
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/watashi-conform ./platform/conformance/conform

package:
	packaging/build

package-test:
	packaging/package-test
	packaging/boot-test
	packaging/arm64-test

vm-test:
	packaging/boot/run

windows:
	CGO_ENABLED=0 GOOS=windows $(GO) vet $$($(GO) list ./... | grep -v /packaging/kiosk) # which is Linux's alone
	mkdir -p dist
	packaging/windows/build dist
	packaging/windows/try dist

reproducible:
	packaging/supply/reproducible $(PROGRAMS)

sandbox:
	@packaging/sandbox

bench: tools build
	$(GO) test -tags e2e -run '^$$' -bench . -benchtime 1s ./...
	$(GO) test -count=1 -tags e2e -run TestE2EServicesStartFastAndStaySmall -v ./terminal/e2e

clean:
	rm -rf bin dist

package kiosk_test

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// maintenanceMakers tell what a technician meets on the screen.
func maintenanceMakers() map[string]func(*testing.T) string {
	return map[string]func(*testing.T) string{
		"maintenance-buttons": maintenanceButtons,
		"maintenance-tests":   maintenanceTests,
		"maintenance-times":   maintenanceTimes,
	}
}

func maintenanceButtons(*testing.T) string {
	var rows [][]string
	for _, b := range []struct {
		key  catalogue.Key
		does string
	}{
		{catalogue.ServiceTrials, "try each device, one button each"},
		{catalogue.ServicePast, "the last faults of the machine, with code and time, since it was started"},
		{catalogue.ServiceParts, "who the machine is: terminal, software, bundle, certificate, key, disk"},
		{catalogue.ServiceSeal, "its state, signed with its key, as a QR code: hold a phone to it, for the help desk"},
		{catalogue.ServiceClean, "lock the screen, so that you can wipe the glass"},
		{catalogue.ServiceFinish, "go back to service; everything is looked at first"},
	} {
		rows = append(rows, []string{catalogue.Text("en", b.key), catalogue.Text("ja", b.key), b.does})
	}
	return table("button|in Japanese|what it does", rows)
}

func maintenanceTests(*testing.T) string {
	var rows [][]string
	for _, keys := range [][3]catalogue.Key{
		{catalogue.TrySlipLabel, catalogue.TrySlipAsk, catalogue.TrySlipPassed},
		{catalogue.TryReaderLabel, catalogue.TryReaderAsk, catalogue.TryReaderPassed},
		{catalogue.TryScannerLabel, catalogue.TryScannerAsk, catalogue.TryScannerPassed},
		{catalogue.TryLightsLabel, catalogue.TryLightsAsk, catalogue.TryLightsPassed},
	} {
		rows = append(rows, []string{catalogue.Text("en", keys[0]), catalogue.Text("en", keys[1]), catalogue.Text("en", keys[2])})
	}
	return table("test|what to do|the screen says, if it is well", rows)
}

// maintenanceTimes are read where every delay of the terminal stands.
func maintenanceTimes(t *testing.T) string {
	delays := map[string]string{}
	for _, file := range syntax(t, "terminal") {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, is := n.(*ast.ValueSpec)
			if !is || len(spec.Values) != 1 {
				return true
			}
			if product, is := spec.Values[0].(*ast.BinaryExpr); is {
				if unit, is := product.Y.(*ast.SelectorExpr); is {
					delays[spec.Names[0].Name] = text(product.X, nil) + " " + strings.ToLower(unit.Sel.Name) + "s"
				}
			}
			return true
		})
	}
	var rows [][]string
	for _, d := range [][2]string{{"maintenanceQuiet", "nobody touches the screen: it asks"}, {"turnWarning", "nobody answers that: maintenance ends"}, {"wipeGlass", "the screen stays locked for wiping"}} {
		if delays[d[0]] == "" {
			t.Fatalf("the terminal has no delay %s", d[0])
		}
		rows = append(rows, []string{d[1], delays[d[0]]})
	}
	return table("what|after, or for", rows)
}

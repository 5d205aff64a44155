// Package conformance holds any platform to what the protocol promises, by
// nothing but what crosses the wire: it is a terminal, an app and a stranger at
// once, and asks.
//
// It is for whoever builds a platform of their own, in whatever language. What it
// needs from outside is in Subject: where the platform is, one terminal that the
// platform admitted (two, for the promises that are about two), and the signing
// certificate and key of a citizen of a test authority that the platform trusts.
// The platform's keys come with its bundle; apps make theirs.
//
//	report, err := conformance.Run(ctx, subject)
//	report.WriteText(os.Stdout)
//
// Promises lists what is asked, each with the clause of the OpenAPI document that
// says so. Besides, every answer of the whole run is held to that document and to
// its JSON Schemas, as package protocol embeds them.
//
// It leaves registrations, bindings and spent keys behind, and locks codes up: it
// refuses to run against a platform whose bundle says production. Requests that
// are put off with 429 or 503 are made again when the platform says, within
// Subject.Patience. A run asks for some 30 registration keys from one address.
//
// Command watashi-conform, in the folder conform, is this package for a shell.
package conformance

// Package platform is the reference central platform: the other end of the wire
// from a registration terminal. It issues registration keys to apps, takes in
// what terminals deliver, judges it, keeps evidence, and binds a proven person to
// the app that holds the right enrollment code.
//
// One registration seen from here:
//
//	app       GET  /v1/nonce, POST /v1/registration-keys       a key, two match pictures
//	terminal  POST /v1/registration-keys/query                 is the key open? the same pictures
//	terminal  PUT  /v1/registrations/{id}                      opened, judged, kept; a signed receipt
//	app       POST /v1/activations                             the code; the name; the binding
//	app       POST /v1/standing                                bound still, suspended, contested, or superseded
//
// And one terminal's coming and going (EST, RFC 7030):
//
//	POST /v1/attestations, /v1/attestations/{id}     its TPM proves which keys live in it; a ticket
//	POST /.well-known/est/simpleenroll               a token lets one machine in
//	POST /.well-known/est/simplereenroll             renewal, for some days after the end as well
//	POST /v1/heartbeats                              how it is; the answer may order it to close, or to open again
//	POST /v1/retirements                             its last word
//
// Production gives certificates to keys that a TPM was found to hold. Two terminal
// CAs may be trusted at once, so that one can take the other's place.
//
// A terminal that is not well is suspended by hand or by policy: suspension.go says what
// of it is still taken.
//
// Revocation is the platform's to check: by lists (CRLs) of each generation of the
// CA, by a responder (OCSP) where one is configured. While neither can be had the
// verdict is received, and it is judged when one can. Every certificate that stands
// behind an account or a live code is looked up again, with each new list and once a
// day; whose is revoked is suspended. What happens to accounts goes, by a durable
// outbox, to a webhook.
//
// Whoever calls and says "this was not me" gives the reference number of a slip: the
// code is dead then, or the account suspended, until a person rules on it. contest.go
// says what follows from what.
//
// Whatever is acknowledged is on disk: a Store commits with fsync. Several platforms
// may work on one store, if it is one that allows it: they claim what they do. Every PUT may
// be sent again and is answered with the very same bytes. The verdict on a
// registration follows from its signatures alone; the TLS peer only carries it.
//
// What a registration passes on its way is here: intake, judgement, evidence, activation,
// accounts, contests; and how terminals come and go. Beneath are the platform's own keys
// (keyring), what says whether a certificate holds (jpki), and what a chip proves
// (attestation); beside it the stores (bolt, postgres), and fleet, which tells which
// terminals need a visit.
//
// A Platform has no global state and starts nothing by itself: Handler answers,
// Run does what is due.
package platform

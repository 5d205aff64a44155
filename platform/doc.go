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
//
// Whatever is acknowledged is on disk: a Store commits with fsync. Every PUT may
// be sent again and is answered with the very same bytes. The verdict on a
// registration follows from its signatures alone; the TLS peer only carries it.
//
// A Platform has no global state and starts nothing by itself: Handler answers,
// Run does what is due.
package platform

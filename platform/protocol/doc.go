// Package protocol says what crosses the wire between a terminal, the central
// platform and the app, for both ends: what is signed, by whom, what is sealed,
// for whom, and what each answer promises.
//
// One registration is a row of plain functions, each taking what the one before
// made:
//
//	Application.Sign     the citizen's card signs      CMS SignedData, CAdES-BES
//	SignRegistration     the terminal signs that       JWS compact, ES256
//	Seal                 encrypted to the platform     JWE compact, ECDH-ES + A256GCM
//	Open                 the platform takes it apart, and the same row backwards:
//	VerifyRegistration   was it one of our terminals?
//	VerifyApplication    was it that card?
//	SignReceipt          the platform's answer, verified by VerifyReceipt
//
// Everything is parsed strictly: bounded before it is parsed, one algorithm for
// each use, the key always chosen by kid from our own keys, header members and
// JSON members by allow-list, nothing twice, nothing behind the end. A function
// that fails returns zero values. What is personal or secret prints as
// [redacted]; its true value appears on the wire only.
//
// The same wire in other words: openapi.yaml and schema/*.json in this folder,
// executed by the tests, and testdata/vectors for whoever writes another end.
package protocol

// MaxBody is the largest body that either end sends or accepts, in bytes.
const MaxBody = 256 << 10

// Media types of bodies.
const (
	// MediaJOSE: a JWS or JWE in compact serialization (RFC 7515, 9.2.1).
	MediaJOSE = "application/jose"
	// MediaJSON: what an app gets back.
	MediaJSON = "application/json"
	// MediaProblem: an error (RFC 9457).
	MediaProblem = "application/problem+json"
)

// Paths of the platform. Those of terminals need mutual TLS.
const (
	PathRegistrations = "/v1/registrations/" // PUT, with the id behind
	PathWithdrawals   = "/v1/withdrawals/"   // PUT, with the id behind
	PathKeyQuery      = "/v1/registration-keys/query"
	PathHeartbeats    = "/v1/heartbeats"
	PathRetirements   = "/v1/retirements"
	PathBundle        = "/v1/bundle"

	PathESTCAs    = "/.well-known/est/cacerts" // RFC 7030
	PathESTEnroll = "/.well-known/est/simpleenroll"

	PathESTReenroll = "/.well-known/est/simplereenroll"

	PathNonce       = "/v1/nonce" // of apps, from here on
	PathKeys        = "/v1/registration-keys"
	PathActivations = "/v1/activations"
	PathStanding    = "/v1/standing"

	PathHealth = "/healthz"
)

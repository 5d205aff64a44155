// Package uplink carries what is sealed from the terminal to the platform and
// the platform's signed answers back, over a wall between two services:
//
//	terminald                          unix socket           uplinkd
//	Desk: journal, keys, every   ◀── GET  /outbox ───────  Carrier: the network
//	verification; no network     ◀── GET  /outbox/{kind}/{id}  and the TLS key;
//	                             ◀── POST /receipts        knows nothing it could
//	                             ◀── POST /answers         read, keeps nothing
//	                             ◀── POST /refusals
//	                             ◀── POST /bundles
//	                             ◀── POST /clock
//	                             ◀── GET  /renewal
//	                             ◀── POST /certificates
//
// The [Desk] lists what waits; the list is held back until it changes. The
// [Carrier] fetches each body, brings it to the platform over mutual TLS, and
// posts what came back. It decides when to try again and nothing else: only the
// Desk verifies, so neither a lying platform nor a lying carrier can make the
// journal forget anything.
//
// Registrations and withdrawals wait in the journal until a receipt settles
// them. Key queries and heartbeats are alive only: one try, and an answer or a
// plain "unreachable", as a citizen stands and waits.
//
// Three things keep a bad day from becoming a worse one:
//
//	an item fails     it waits on its own, longer each time, and is listed last;
//	                  refused for good again and again, it goes into quarantine
//	the line is down  only a probe asks, seldomer the longer it lasts; when it is
//	                  back, what waits is spread over a part of that time
//	"too much"        the whole terminal holds back, then sends one on trial
//
// A registration or a question that somebody stands and waits for passes all of
// this.
package uplink

// Package provisioning is the machine's own identity: two keys, a certificate
// for each, and the bundle of configuration and trust that the platform signs.
//
// The identity lies in two folders, for two users that do not trust each other:
//
//	<state>   device.key device.crt roots.pem bundle.jws  terminald: signs what citizens hand in
//	<uplink>  tls.key tls.crt roots.pem platform.json     uplinkd: speaks to the platform
//
// and protection.json in both. A key is a PKCS #8 file, or a TPM's (see tpm), which
// only that chip can use; production takes nothing else. How keys are kept is
// decided at init and never changes in silence.
//
// Init makes all of it out of one provisioning token: keys first, then the
// certificates over EST (RFC 7030) from a platform known by the token's pin, then
// the bundle over mutual TLS; a TPM proves before the certificates that the keys live
// in it. It may be cut off anywhere and run again. Renew, and both services by
// themselves, get the next certificates in time. Files are complete and on disk
// before they get their names; a private key that others could read is refused.
// Refusals says why a machine must not serve people.
package provisioning

package conformance

// The parsers of what others write, for tests.
var (
	CertsOnly           = certsOnly
	CertifiedAttributes = certifiedAttributes
	Opened              = opened
)

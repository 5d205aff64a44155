package platform

// Reasons of a refusal that this platform gives beside those that protocol
// names. A terminal that does not know one treats it as an invalid envelope.
const (
	// reasonCitizenUnfit: by a JPKI CA, but not a signing certificate as JPKI
	// issues them, or not valid yet.
	reasonCitizenUnfit = "citizen-certificate-unfit"
	// reasonAttributes: the application says something else than the certificate.
	reasonAttributes = "attributes-mismatch"
	// reasonPhoto: the photo is not the one that was signed.
	reasonPhoto = "photo-mismatch"
	// reasonCodeProfile: the code is not of the kind that the bundle asks for.
	reasonCodeProfile = "code-profile-other"
	// reasonTooLate: arrived when its code could live no more.
	reasonTooLate = "code-expired"
)

// Codes of problems that this platform gives beside those that protocol names.
const (
	codeTriesSpent    = "code-tries-spent"     // the terminal has to be visited again
	codeAppLocked     = "app-locked"           // too many wrong codes in a row
	codeKeyUsed       = "key-used"             // by another registration
	codeAlreadyBound  = "already-bound"        // this very code did it, for this very app
	codeRefused       = "registration-refused" // the detail is the reason
	codeMediaType     = "media-type"
	codeNotFound      = "not-found"
	codeSuspended     = "terminal-suspended"
	codeOtherTerminal = "terminal-mismatch"
)

package tpm

import "github.com/google/go-tpm/tpm2"

// storageTemplate is the storage root key of the TCG's provisioning guidance, on
// P-256, with an empty unique field: as other TPM software makes it.
func storageTemplate() tpm2.TPMTPublic {
	template := tpm2.ECCSRKTemplate
	template.Unique = noPoint()
	return template
}

// signingTemplate is a terminal's key: drawn in the chip and fixed to it.
func signingTemplate() tpm2.TPMTPublic {
	return tpm2.TPMTPublic{
		Type: tpm2.TPMAlgECC, NameAlg: tpm2.TPMAlgSHA256,
		ObjectAttributes: tpm2.TPMAObject{
			FixedTPM: true, FixedParent: true, SensitiveDataOrigin: true, UserWithAuth: true, NoDA: true, SignEncrypt: true,
		},
		Parameters: tpm2.NewTPMUPublicParms(tpm2.TPMAlgECC, signsP256()),
		Unique:     noPoint(),
	}
}

// attestationTemplate is the key that speaks for the chip: restricted, it signs
// only what the chip itself says. As a primary key it needs no file.
func attestationTemplate() tpm2.TPMTPublic {
	template := signingTemplate()
	template.ObjectAttributes.Restricted = true
	return template
}

func signsP256() *tpm2.TPMSECCParms {
	return &tpm2.TPMSECCParms{
		Scheme: tpm2.TPMTECCScheme{
			Scheme:  tpm2.TPMAlgECDSA,
			Details: tpm2.NewTPMUAsymScheme(tpm2.TPMAlgECDSA, &tpm2.TPMSSigSchemeECDSA{HashAlg: tpm2.TPMAlgSHA256}),
		},
		CurveID: tpm2.TPMECCNistP256,
	}
}

func noPoint() tpm2.TPMUPublicID {
	return tpm2.NewTPMUPublicID(tpm2.TPMAlgECC, &tpm2.TPMSECCPoint{})
}

package mynumber_test

import (
	"encoding/asn1"
	"sync"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// theCA is one authority for all tests: making one costs a dozen signatures.
var theCA = sync.OnceValue(haltest.NewCA)

func oids(ids ...asn1.ObjectIdentifier) []asn1.ObjectIdentifier { return ids }

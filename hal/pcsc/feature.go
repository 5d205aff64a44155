//go:build cgo || windows

package pcsc

import (
	"encoding/binary"

	"github.com/ebfe/scard"
)

// What a reader says of itself, PC/SC part 10, 2.2 and 2.6.15.
const (
	ctlGetFeatureRequest = 3400
	featureProperties    = 0x12 // GET_TLV_PROPERTIES
	propertyMaxAPDUData  = 0x0A // dwMaxAPDUDataSize
)

// askMaxData asks the reader how much one APDU may carry; the card is not touched.
// Not every reader says: libccid answers for its readers, Windows and virtual
// readers seldom do.
func askMaxData(handle *scard.Card) (int, bool) {
	features, err := handle.Control(scard.CtlCode(ctlGetFeatureRequest), nil)
	if err != nil {
		return 0, false
	}
	code, ok := record(features, featureProperties)
	if !ok || len(code) != 4 {
		return 0, false
	}
	properties, err := handle.Control(binary.BigEndian.Uint32(code), nil)
	if err != nil {
		return 0, false
	}
	return maxAPDUData(properties)
}

// maxAPDUData reads dwMaxAPDUDataSize, little-endian unlike the feature codes.
func maxAPDUData(properties []byte) (int, bool) {
	value, ok := record(properties, propertyMaxAPDUData)
	if !ok || len(value) != 4 {
		return 0, false
	}
	return int(min(binary.LittleEndian.Uint32(value), maxExtendedData)), true
}

// record finds a record of tag, length, value.
func record(b []byte, tag byte) ([]byte, bool) {
	for len(b) >= 2 {
		n := int(b[1])
		if len(b) < 2+n {
			break
		}
		if b[0] == tag {
			return b[2 : 2+n], true
		}
		b = b[2+n:]
	}
	return nil, false
}

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
	maxShortData         = 256
	maxExtendedData      = 65536
)

// maxData asks the reader how much one APDU may carry. A reader that does not
// say is taken for one that passes short APDUs only. The card is not touched.
func maxData(handle *scard.Card) int {
	features, err := handle.Control(scard.CtlCode(ctlGetFeatureRequest), nil)
	if err != nil {
		return maxShortData
	}
	code, ok := record(features, featureProperties)
	if !ok || len(code) != 4 {
		return maxShortData
	}
	properties, err := handle.Control(binary.BigEndian.Uint32(code), nil)
	if err != nil {
		return maxShortData
	}
	return maxAPDUData(properties)
}

// maxAPDUData reads dwMaxAPDUDataSize, little-endian unlike the feature codes.
func maxAPDUData(properties []byte) int {
	value, ok := record(properties, propertyMaxAPDUData)
	if !ok || len(value) != 4 {
		return maxShortData
	}
	n := binary.LittleEndian.Uint32(value)
	return int(min(max(n, maxShortData), maxExtendedData))
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

package protocol

import "embed"

// Schemas holds schema/*.json: JSON Schemas (2020-12) of every JSON value that
// crosses the wire. They refer to each other by file name.
//
//go:embed schema/*.json
var Schemas embed.FS

// OpenAPI is openapi.yaml: every path, method, body and status, in OpenAPI 3.1.
// It is read only.
//
//go:embed openapi.yaml
var OpenAPI []byte

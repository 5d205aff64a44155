package status

import "embed"

// Schemas are schema/status.json and schema/queue.json.
//
//go:embed schema/*.json
var Schemas embed.FS

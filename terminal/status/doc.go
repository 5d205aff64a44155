// Package status is what terminald tells a technician on its status socket, as
// types: whoever asks there, as watashi-provision does, reads with what terminald
// writes with.
//
//	GET /status       Terminal
//	GET /queue        Queue
//	GET /queue/{id}   Item, with its Facts
//
// They hold facts about the machine and ids of registrations, and nothing of any
// citizen. Members are only ever added: who reads must pass over what they do not
// know. The JSON Schemas of both, status.json and queue.json, are in Schemas.
package status

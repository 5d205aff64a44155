// Package queue is what a technician does about that which waits for the platform: sees
// it, has it tried, carries it by hand where there is no network, and brings the receipts
// back; and about the audit trail, which says what became of it: saves and verifies it.
// While terminald runs it is asked; otherwise its journal is opened here. Items are named
// by id and kind, and nothing here tells of a citizen.
package queue

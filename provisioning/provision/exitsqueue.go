package main

import (
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/queue"
)

// Exit codes of the commands of queue and audit.
const (
	exitNoItem = 45
	exitWaits  = 46
	exitAudit  = 47
	exitHead   = 48
)

// queueExits are those of the commands of queue and audit.
func queueExits() []exit {
	return []exit{
		{exitNoItem, "no-item", "no such item", []error{desk.ErrNoItem},
			"Copy the id whole from \"watashi-provision queue list\". What was settled more than 30 days ago is forgotten."},
		{exitWaits, "waits", "the platform has not taken it; it still waits", []error{queue.ErrWaits},
			"Nothing is lost, and it is tried again by itself. \"watashi-provision queue show\" says why it waits."},
		{exitAudit, "audit", "the audit trail is not whole", []error{queue.ErrAudit},
			"Export it again. If it is the same, keep the file and the machine's disk as they are and tell whoever answers for the terminals: somebody changed it."},
		{exitHead, "head", "the audit trail has no entry of this digest", []error{queue.ErrHead},
			"Compare the digest with the audit_head of this terminal's heartbeat. If it is right, the trail was cut or replaced after that heartbeat, or the entry is older than the trail."},
	}
}

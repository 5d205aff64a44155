package desk

// AskedTerminal is the source of a report that terminald gave.
const AskedTerminal = "terminald"

// AskedJournal is that of one out of its journal and its files, while it does not run.
const AskedJournal = "journal"

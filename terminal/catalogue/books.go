package catalogue

// Book is one of the lists of codes in which the terminal keeps its books: what it
// stores and tells to programs are the codes, what a technician reads are words.
type Book string

// The books.
const (
	QueueState Book = "state"      // of an item of the queue
	QueueKind  Book = "kind"       // of an item of the queue
	Delivery   Book = "delivery"   // what the platform answered to an envelope
	HandOver   Book = "hand-over"  // how far a code came on its way to the citizen
	Withdrawal Book = "withdrawal" // at whose word a registration is taken back
	Verdict    Book = "verdict"    // of the platform on a withdrawal
	Salvage    Book = "salvage"    // what came of a damaged journal
	AuditEvent Book = "event"      // of the audit trail
)

// Word is a code of a book in a language; a code without a word stands for itself.
func Word(lang string, book Book, code string) string {
	if found := offices[in(lang).office].books[book][code]; found != "" {
		return found
	}
	return code
}

// Codes are the codes of a book that have a word.
func Codes(lang string, book Book) (codes []string) {
	for code := range offices[in(lang).office].books[book] {
		codes = append(codes, code)
	}
	return codes
}

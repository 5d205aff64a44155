// Package terminal is the domain: it attends one citizen after another, and it
// alone knows the reader, the printer, the screen and the platform.
//
// One registration is a story in ten lines. A card comes in, and the terminal
// looks once more whether the story can end well. The card says that it is a My
// Number card and how many tries its password has. The password goes key by key
// into a pad that only the card's goroutine reads, once; the state sees a count.
// The certificate is judged and its four attributes are shown: is this you? If
// the bundle asks for it, the photo is read with the number printed on the card.
// The registration key is typed, or held to a scanner; the platform, if it can be
// reached, says that it is open and which two pictures the app shows. The citizen
// sees what is sent and to whom, and agrees: the card signs once and is powered
// down. The registration is sealed and on the disk before anything is promised.
// The platform gets a few seconds to answer. That a hand-over begins is on the
// disk before the first byte of the code goes to the printer, or else to the
// screen. The citizen takes card and slip, and the terminal knows nobody any more.
//
// The card may leave, a device fail, the power go at every line. Before the
// commit nothing has been sent and nothing is kept. After it the journal knows
// whether a hand ever held the code: if none can have, the registration is
// withdrawn; if one may have, it stands until the citizen gives it back.
//
// A machine that is opened by force stops what is not committed yet, finishes
// what is, and takes nobody in until a technician has cleared it; the journal
// remembers over every restart. What a device tells stands on the screen at once
// (told.go); what must be asked, as a printer, is asked before each card and
// every moment between two. Guide lights follow the state (lights.go).
//
// A card that comes too early is no card that nobody sees (step_early.go): the
// motor gives it back, or it is held until the terminal opens, and its visit
// begins then.
//
// A technician gets the machine when nobody is served: by the operator switch, or
// by a command. A wish that comes in the middle of a session waits until the
// citizen has gone. They see what is wrong, what waits and what was wrong before,
// and try each device; nothing of any citizen is there to be seen. It ends by the
// switch, the command, a button, or when nobody has touched the screen for some
// minutes. After a restart the terminal is in service as after any: nobody knows
// then who stands before it, and a switch that still stands at maintenance keeps
// the terminal closed, as it does when a technician went away from it.
//
// Four parts make it work. State is data (state.go), and step (step*.go) is all
// behaviour: pure, so that every pair of state and event can be listed. View
// (view*.go) is what the screen shows in a state, pure as well. The loop
// (terminal.go) owns the state. Effects (attend.go for the card, effects.go for
// the rest) touch the world, and each ends in exactly one event; an event of a
// session that is over is dropped by its id.
//
// A state that must not know something has no field for it: none has one for a
// password, and none after the signature one for a name. What the next state has
// no use for is wiped by one function that compares the two (forget.go).
//
// The states, drawn from testdata/matrix.txt by a test:
//
//	stateDiagram-v2
//		[*] --> Starting
//		Starting --> OutOfService : Recovered, RecoverFailed
//		OutOfService --> Maintenance : MaintenanceWanted on
//		OutOfService --> Welcome : Inspected well
//		Welcome --> OutOfService : Tampered, Inspected paper
//		Welcome --> Maintenance : MaintenanceWanted on
//		Welcome --> Inspecting : CardInserted, CardInserted by a motor
//		Maintenance --> OutOfService : TimeUp, MaintenanceWanted off, Pressed finish
//		Maintenance --> Maintenance : Pressed faults, Pressed machine, Pressed tests, Pressed status, Pressed back
//		Maintenance --> Cleaning : Pressed clean
//		Cleaning --> Maintenance : TimeUp
//		Cleaning --> OutOfService : MaintenanceWanted off
//		Inspecting --> ReadingCard : Inspected well
//		Inspecting --> Stopped : Inspected paper
//		ReadingCard --> Stopped : CardRead 0
//		ReadingCard --> AskingLastTry : CardRead 1
//		ReadingCard --> AskingPassword : CardRead 5
//		AskingLastTry --> AskingPassword : Pressed yes
//		AskingPassword --> VerifyingPassword : Pressed next
//		AskingPassword --> Maintenance : CardRemoved, CardFailed removed
//		VerifyingPassword --> ReadingHolder : PasswordAccepted
//		VerifyingPassword --> AskingPassword : PasswordMisshapen, PasswordWrong ?, PasswordWrong 4
//		VerifyingPassword --> Stopped : PasswordWrong 0
//		VerifyingPassword --> AskingLastTry : PasswordWrong 1, PasswordWrong ?
//		ReadingHolder --> ShowingAttributes : HolderRead
//		ShowingAttributes --> EnteringKey : Pressed yes
//		ShowingAttributes --> Stopped : Pressed no
//		ShowingAttributes --> CheckingPhoto : Pressed yes
//		CheckingPhoto --> EnteringKey : CardFailed no photo, PhotoTries 0
//		CheckingPhoto --> AskingLastPhotoTry : PhotoTries 1
//		CheckingPhoto --> AskingFormat : PhotoTries 10
//		CheckingPhoto --> Stopped : PhotoTries 0
//		AskingLastPhotoTry --> AskingFormat : Pressed yes
//		AskingLastPhotoTry --> EnteringKey : Pressed skip
//		AskingFormat --> EnteringKey : Pressed skip
//		AskingFormat --> AskingExpiry : Pressed era, Pressed western
//		AskingExpiry --> AskingSecurityCode : Pressed next
//		AskingSecurityCode --> ReadingPhoto : Pressed next
//		ReadingPhoto --> EnteringKey : CardFailed no photo, CardFailed photo blocked, PhotoRead, PhotoWrong 0
//		ReadingPhoto --> AskingFormat : PhotoMisshapen, PhotoWrong ?, PhotoWrong 9
//		ReadingPhoto --> AskingLastPhotoTry : PhotoWrong 1
//		ReadingPhoto --> Stopped : PhotoWrong 0
//		EnteringKey --> CheckingKey : Scanned key, Pressed next
//		EnteringKey --> Stopped : Pressed next
//		CheckingKey --> Confirming : KeyAnswered open, KeyUnanswered
//		CheckingKey --> EnteringKey : KeyAnswered used, KeyAnswered expired, KeyAnswered unknown
//		CheckingKey --> Stopped : KeyAnswered used, KeyAnswered expired, KeyAnswered unknown, KeyUnanswered
//		Confirming --> Signing : Pressed sign
//		Confirming --> Stopped : Pressed other
//		Signing --> Stopped : PasswordNeeded 1
//		Signing --> AskingAgain : PasswordNeeded 5
//		Signing --> Committing : Signed
//		AskingAgain --> VerifyingAgain : Pressed next
//		VerifyingAgain --> Signing : PasswordAccepted
//		VerifyingAgain --> AskingAgain : PasswordMisshapen, PasswordWrong ?, PasswordWrong 4
//		VerifyingAgain --> Stopped : PasswordWrong 0, PasswordWrong 1
//		Committing --> Delivering : Committed
//		Committing --> Withdrawing : CommitFailed disk
//		Delivering --> Beginning : Delivered active, Delivered not-reached
//		Delivering --> Stopped : Refused revoked
//		Delivering --> Withdrawing : Pressed stop
//		Beginning --> Printing : HandOverBegun
//		Beginning --> Withdrawing : StoreFailed
//		Printing --> Recording : SlipPrinted
//		Printing --> ShowingCode : PrintDoubtful
//		ShowingCode --> Recording : TimeUp, Pressed yes
//		ShowingCode --> Withdrawing : Pressed no
//		ShowingCode --> TakingCard : TimeUp, Pressed yes
//		Recording --> TakingCard : HandOverEnded, StoreFailed
//		TakingCard --> Welcome : TimeUp, Pressed finish
//		TakingCard --> Inspecting : CardInserted, CardInserted by a motor
//		TakingCard --> ShowingCode : Pressed missing
//		TakingCard --> OutOfService : TimeUp, Pressed finish
//		TakingCard --> CallingBack : TimeUp, Pressed finish
//		Withdrawing --> Stopped : Withdrawn, StoreFailed
//		Stopped --> Welcome : TimeUp, Pressed finish
//		Stopped --> Inspecting : CardInserted, CardInserted by a motor
//		Stopped --> OutOfService : TimeUp, Pressed finish
//		Stopped --> Maintenance : TimeUp, Pressed finish
//		Stopped --> CallingBack : TimeUp, Pressed finish
//		CallingBack --> Welcome : CardTaken
//		CallingBack --> OutOfService : TimeUp, CardTaken
//		CallingBack --> Maintenance : TimeUp, CardTaken
//		%% from 10 states, Pressed stop: Stopped
//		%% from 10 states, TimeUp: Stopped
//		%% from 19 states, CardFailed blocked: Stopped
//		%% from 19 states, CardFailed no photo: Stopped
//		%% from 19 states, CardFailed photo blocked: Stopped
//		%% from 19 states, CardFailed removed: Welcome
//		%% from 19 states, CardRemoved: Welcome
//		%% from 19 states, Tampered: Stopped
//
// That is all.
package terminal

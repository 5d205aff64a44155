// Package ui is the screen as a device: a View goes out, a Command comes in.
//
// Whoever owns the conversation builds a whole View, with every text already in
// the citizen's language, and gives it to Server.Show. The page in ui/web draws
// it by its contents and knows nothing else: it holds no state of the session,
// so a reload shows the same View. What the citizen touches comes back as a
// Command: an action, a language, or one key.
//
// The two speak watashi.ui.v1 over one WebSocket on the loopback interface.
// Both directions are described by the JSON Schemas in Schema. A connection
// must name a known Host and Origin and know the token of this boot; a new one
// replaces the old one, so that a restarted browser takes over at once.
//
// An integrator with a screen of their own speaks the same protocol: offer the
// subprotocols Protocol and TokenProtocol(token), read Views, write Commands.
package ui

package mynumber_test

import "testing"

// Every P1 with every P2, for each instruction of the table, in both applications:
// the bodies are those that make the command one that could do something.
func TestGuardOverEveryP1AndP2(t *testing.T) {
	digest := append(unhex("33 3031300D060960864801650304020105000420"), make([]byte, 33)...)
	for _, s := range []stand{
		{app: jpkiAID, way: [][]byte{selectAID(jpkiAID)}},
		{app: faceAID, way: [][]byte{selectAID(faceAID)}},
	} {
		for _, tc := range []struct {
			ins    [2]byte
			bodies [][]byte
		}{
			{[2]byte{0x00, 0xA4}, [][]byte{{2, 0, 1}, {2, 0, 5}}},
			{[2]byte{0x00, 0xB0}, [][]byte{{0}}},
			{[2]byte{0x00, 0x20}, [][]byte{{}, []byte("\x0C123456789012")}},
			{[2]byte{0x80, 0x2A}, [][]byte{digest}},
			{[2]byte{0x00, 0xC0}, [][]byte{{0}}},
		} {
			for _, body := range tc.bodies {
				overEveryP1AndP2(t, s, tc.ins, body)
			}
		}
	}
}

func overEveryP1AndP2(t *testing.T, s stand, ins [2]byte, body []byte) {
	t.Helper()
	guard, card := guardAt(t, s)
	command := append([]byte{ins[0], ins[1], 0, 0}, body...)
	for p := range 1 << 16 {
		command[2], command[3] = byte(p>>8), byte(p)
		if reached(guard, card, command) != lawful(s, command) {
			t.Fatalf("in %s: % X: allowed %v", s.app, command, !lawful(s, command))
		}
		if len(card.reached) > 0 {
			guard, card = guardAt(t, s)
		}
	}
}

// A handset with ten keys: a telephone's or a numeric keypad's. While the voice is
// on, its digits choose the buttons by number where nothing is typed in, type where
// digits are, and give letters by repeated presses where letters are. The page holds
// one letter that may still change at most, never what was typed before it.
//
//	0-9   choose, or type; 0 held (0 where nothing is typed in) or . says it again
//	9     says what is covered, where something is
//	* /   takes the last character away; where nothing is typed in, the next language
//	/ 3   the third button, while there is something to type
//	# ⏎   goes on
//	+ -   louder, softer

const taps = ["0", "1", "ABC2", "DEF3", "GHI4", "JKL5", "MNO6", "PQRS7", "TUV8", "WXYZ9"];
const settle = 1200; // milliseconds until a letter is taken
const numpad = 3; // KeyboardEvent.DOM_KEY_LOCATION_NUMPAD

// makeHandset returns a listener to keys that reports whether a key was its own.
export function makeHandset(screen) {
  let pending; // {digit, index, timer}: a letter that may still change
  let other = false; // the next digit is the number of a button
  let held = false; // 0 is down, and did its work already

  const take = () => {
    if (!pending) return;
    clearTimeout(pending.timer);
    const letter = taps[pending.digit][pending.index];
    pending = undefined;
    screen.type(letter);
  };
  const tap = (digit) => {
    if (pending && pending.digit !== digit) take();
    const index = pending ? (pending.index + 1) % taps[digit].length : 0;
    clearTimeout(pending?.timer);
    pending = { digit, index, timer: setTimeout(take, settle) };
    if (taps[digit].length === 1) take();
  };
  const typeDigit = (digit) => (screen.view().entry.kind === "password" ? tap(digit) : screen.type(String(digit)));

  const inEntry = {
    digit: (digit) => {
      if (other) screen.choose(digit);
      else if (digit !== 0) typeDigit(digit);
      other = false;
    },
    star: () => {
      if (!pending) return screen.type("backspace");
      clearTimeout(pending.timer); // the letter was never taken
      pending = undefined;
    },
    slash: () => { take(); other = true; },
  };
  const elsewhere = {
    digit: (digit) => {
      if (digit === 0) screen.ease("again");
      else if (digit === 9) screen.ease("details");
      else screen.choose(digit);
    },
    star: () => screen.nextLanguage(),
    slash: () => screen.nextLanguage(),
  };

  // The first key of a handset turns the voice on, where it types nothing.
  const wakes = ({ key }) => !screen.view().entry && key !== "Enter" && screen.mayEase("voice");

  function press(key) {
    const keys = screen.view().entry ? inEntry : elsewhere;
    if (/^[0-9]$/.test(key)) keys.digit(Number(key));
    else if (key === "*") keys.star();
    else if (key === "/") keys.slash();
    else if (key === "+") screen.ease("louder");
    else if (key === "-") screen.ease("softer");
    else if (key === ".") screen.ease("again");
    else if (key === "#" || key === "Enter") { take(); screen.pressPrimary(); }
    else return false;
    return true;
  }

  return {
    // down hears a key that goes down.
    down(event) {
      const own = event.location === numpad || "*#".includes(event.key);
      if (!own) { take(); return false; }
      if (!screen.speaks()) return wakes(event) && (screen.ease("voice"), true);
      if (event.repeat) {
        if (event.key === "0" && !held) { held = true; screen.ease("again"); }
        return true;
      }
      held = false;
      return press(event.key);
    },
    // up hears one that goes up: 0 is typed only now, as it may be held.
    up(event) {
      if (event.location !== numpad || event.key !== "0" || held || !screen.speaks() || !screen.view().entry) return;
      typeDigit(0);
    },
    // forget drops the letter that may still change, as its entry is gone.
    forget() {
      clearTimeout(pending?.timer);
      pending = undefined;
      other = false;
    },
  };
}

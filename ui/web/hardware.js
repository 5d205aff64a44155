// A keyboard or keypad with real keys. It types into the entry wherever the
// focus is; Enter is the primary action, Tab moves, Space and Enter press what
// has the focus. A handset with ten keys is heard first.
import { makeHandset } from "./handset.js";

const character = /^[A-Z0-9]$/;

// listen makes real keys work on the screen.
export function listen(screen) {
  const handset = makeHandset(screen);
  screen.onTurn(handset.forget);
  addEventListener("keyup", handset.up);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || /^F\d+$/.test(event.key)) {
      event.preventDefault(); // the browser's own commands are not the citizen's
      return;
    }
    if (handset.down(event) || pressed(event, screen)) event.preventDefault();
  });
}

function pressed(event, screen) {
  const key = event.key.normalize("NFKC").toUpperCase();
  if (character.test(key)) return screen.type(key);
  switch (event.key) {
    case "Backspace":
      screen.type("backspace");
      return true; // some browsers would go back
    case "Delete":
      return screen.type("clear");
    case "Enter":
      return !event.repeat && document.activeElement?.tagName !== "BUTTON" && screen.pressPrimary();
  }
  return false;
}

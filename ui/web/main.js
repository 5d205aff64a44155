// The page of the terminal: it draws what it is given and says what was
// touched. Texts, steps and rules are the terminal's.
import { connect } from "./connection.js";
import { guard } from "./guard.js";
import { listen } from "./hardware.js";
import { watchRoom } from "./more.js";
import { makeScreen } from "./screen.js";
import { makeTone } from "./tone.js";

// The token stands in the fragment, which no request carries. It stays there,
// so that a reload finds it again: the page keeps no storage of any kind.
const token = location.hash.slice(1);
addEventListener("hashchange", () => location.reload());

const screen = makeScreen((command) => send(command));
const tone = makeTone();
const draw = (view) => { screen.show(view); tone(view); };
const send = connect(token, draw, screen.lost);
guard();
watchRoom();
listen(screen);

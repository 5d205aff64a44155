// A screen of your own, as text on a terminal. It speaks watashi.ui.v1 with
// watashi-terminald and needs Node 20 or newer, nothing else.
//
//   node screen.mjs URL-FILE [SCRIPT]
//
// URL-FILE is what the configuration names as url_file. It is read, not given as
// an argument, since arguments can be seen by every user of the machine. Answers
// come from the keyboard, or from SCRIPT: one a line, each "SCREEN ANSWER",
// given as soon as that screen stands. An answer is
//
//   .2 or .NAME   the choice with that number, or its id, language or way
//   (nothing)     the primary choice, marked ⏎
//   anything else is typed into the entry, and the primary choice pressed
//
// Nothing is kept: neither the View before nor what was typed.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { connect } from "./line.mjs";
import { choices, draw } from "./draw.mjs";

const [urlFile, scriptFile] = process.argv.slice(2);
if (!urlFile) end("usage: node screen.mjs URL-FILE [SCRIPT]");
const script = scriptFile && readFileSync(scriptFile, "utf8").split("\n").filter(Boolean);

let view; // the View that stands
let lines = []; // as it was drawn
let send; // a Command, while there is a line
let typing = 0; // characters that the View has to count before we go on
let answered = -1; // the page that the script is done with

join();
listen();

// join reads the address each time: the token is another one after each start.
function join() {
  try {
    send = connect(readFileSync(urlFile, "utf8").trim(), show, lost);
  } catch (why) {
    lost(why); // no address yet: the terminal is still starting
  }
}

function lost(why) {
  [view, lines, typing] = [undefined, [], 0]; // no name stays standing
  if (why === 1008) end("the terminal does not take what this screen sent");
  if (why === 4001) end("another screen took our place"); // coming back would push it out
  console.log(`… ${why.message ?? why}`);
  setTimeout(join, 1000);
}

// show draws a View: whole if its page is new, else what is new on it.
function show(next) {
  const turned = next.page !== view?.page || next.language !== view?.language;
  view = next;
  const now = draw(view);
  for (const line of turned ? ["", ...now] : now.filter((line) => !lines.includes(line))) console.log(line);
  lines = now;
  if (turned) typing = 0;
  if (typing && view.entry?.typed === typing) confirm();
  else if (!typing) play();
}

// play answers as the script says, when its next screen stands.
function play() {
  const [, screen, answer] = script?.[0]?.match(/^(\S+) ?(.*)$/) ?? [];
  if (screen !== view.screen || view.busy || view.page === answered) return;
  script.shift();
  act(answer);
}

// act does what a line of the person's says.
function act(answer) {
  if (!view) return;
  if (answer.startsWith(".")) choose(answer.slice(1));
  else if (answer && view.entry) type(answer.normalize("NFKC").toUpperCase());
  else confirm();
}

function choose(name) {
  const choice = choices(view).flat().find((c) => c.name === name || String(c.number) === name);
  if (choice?.deed) command(choice.deed);
  else if (choice?.opens) console.log(draw(view, true).join("\n")); // the cover is lifted once
}

// type sends a key for each character, and takes away what was there before.
function type(characters) {
  const keys = [...characters].filter((c) => (view.entry.kind === "digits" ? /[0-9]/ : /[A-Z0-9]/).test(c)).slice(0, view.entry.max);
  if (keys.length === 0) return;
  if (view.entry.typed > 0) command({ key: "clear" });
  typing = keys.length;
  for (const key of keys) command({ key });
}

// confirm presses the primary choice, if it can be pressed.
function confirm() {
  typing = 0;
  const primary = choices(view).flat().find((c) => c.primary);
  if (primary?.deed) command(primary.deed);
}

function command(deed) {
  if (deed.action) answered = view.page;
  send({ page: view.page, ...deed });
}

// listen reads what a person types. What goes into a masked entry is not echoed.
function listen() {
  const glass = new Writable({ write: (chunk, _, done) => (view?.entry?.masked || process.stdout.write(chunk), done()) });
  const keyboard = createInterface({ input: process.stdin, output: glass, terminal: Boolean(process.stdin.isTTY), historySize: 0 });
  keyboard.on("line", (line) => act(line.trim()));
  keyboard.on("close", () => scriptFile || process.exit());
  keyboard.on("SIGINT", () => process.exit());
}

function end(why) {
  console.error(`screen: ${why}`);
  process.exit(1);
}

// The entry: what was typed, and the keys to type with. Of a masked entry the
// page knows only how many characters there are.
import { byID, h, part } from "./dom.js";
import { icon } from "./icons.js";

const rows = {
  password: [[..."1234567890"], [..."QWERTYUIOP"], [..."ASDFGHJKL"], ["clear", ..."ZXCVBNM", "backspace"]],
  digits: [[..."123"], [..."456"], [..."789"], ["clear", "0", "backspace"]],
};

// makeEntry returns a drawer of the entry. press is called with each key
// touched; drawer.offers(key) tells whether the entry shown takes a key. The keys
// stand in another order on each page whose number is given as mixed.
export function makeEntry(press) {
  let kind;
  const head = part("entry", slots);
  const keys = part("keyboard", ({ kind: layout, mixed, label, texts }, place) => keyboard(place, layout, mixed, label, texts, press));
  const drawer = (entry, mixed = false) => {
    const shown = entry?.kind ? entry : undefined;
    kind = shown?.kind;
    head(shown);
    keys(shown && { kind, mixed, label: shown.label, texts: shown.keyboard });
  };
  drawer.offers = (key) => kind !== undefined && rows[kind].flat().includes(key);
  return drawer;
}

function slots({ kind, label, hint, masked, typed, shown = "", min, max, groups }, place) {
  place.className = kind;
  let index = 0;
  const slot = () => {
    const i = index++;
    const state = i < typed ? "typed" : i === typed ? "caret" : i < min ? "needed" : "free";
    return h("span", { class: `slot ${state}` }, i < typed && !masked ? shown[i] : "");
  };
  const group = (size) => h("span", { class: "group" }, ...Array.from({ length: size }, slot));
  return [
    h("div", { class: "label" }, h("span", {}, label), h("span", { class: "count", "aria-hidden": "true" }, `${typed} / ${max}`)),
    h("div", { class: `slots ${masked ? "masked" : "plain"}`, "aria-hidden": "true" }, ...(groups ?? [max]).map(group)),
    hint && h("p", { class: "hint" }, hint),
  ].filter(Boolean);
}

function keyboard(place, layout, mixed, label, texts, press) {
  place.className = layout;
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", label);
  const built = (mixed === false ? rows[layout] : shuffled(rows[layout])).map((row) => h("div", { class: "row" }, ...row.map((key) => button(key, texts[key], press))));
  built[0].firstElementChild.tabIndex = 0;
  place.onkeydown = (event) => walk(event, built);
  return built;
}

// shuffled gives digits each other's places, and letters likewise, so that a finger
// that is watched tells nothing.
function shuffled(layout) {
  const swap = [/^[0-9]$/, /^[A-Z]$/].map((kind) => {
    const keys = layout.flat().filter((key) => kind.test(key));
    return [keys, dealt(keys)];
  });
  const place = (key) => swap.reduce((found, [keys, others]) => (keys.includes(key) ? others[keys.indexOf(key)] : found), key);
  return layout.map((row) => row.map(place));
}

// dealt is the cards in an order that nobody can foresee.
function dealt(cards) {
  const order = [...crypto.getRandomValues(new Uint32Array(cards.length))].map((weight, i) => [weight, cards[i]]);
  return order.sort((a, b) => a[0] - b[0]).map(([, card]) => card);
}

function button(key, text, press) {
  const face = text ? [icon(key), h("span", {}, text)] : [key];
  const kind = text ? "edit" : /\d/.test(key) ? "digit" : "letter";
  // A key acts when it is touched, as on every keyboard: a finger that rolls
  // over the edge still types. A click without a pointer comes from Enter,
  // Space or an assistive device.
  const down = (event) => event.button === 0 && (flash(event.currentTarget), press(key));
  const click = (event) => event.detail === 0 && (flash(event.currentTarget), press(key));
  const stay = (event) => event.preventDefault(); // the focus does not follow the finger
  const listeners = { onpointerdown: down, onmousedown: stay, onclick: click };
  return h("button", { type: "button", class: kind, tabindex: -1, "data-key": key, "data-focus": key, ...listeners }, ...face);
}

// flash shows the key pressed in the very next frame and lets go by itself,
// also when the finger slides away.
function flash(key) {
  key.classList.add("pressed");
  setTimeout(() => key.classList.remove("pressed"), 140);
}

// walk moves with the arrow keys: the whole keyboard is one stop of Tab.
function walk(event, built) {
  const y = built.findIndex((row) => row.contains(event.target));
  if (y < 0) return;
  const x = [...built[y].children].indexOf(event.target.closest("button"));
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
  const row = built[y + dy];
  const next = row?.children[Math.min(x + dx, row.children.length - 1)];
  if (!next || (dx === 0 && dy === 0)) return;
  for (const key of byID("keyboard").querySelectorAll("button")) key.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  event.preventDefault();
}

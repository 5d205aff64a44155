// Buttons, and the countdown with its own button.
import { byID, h, part, s } from "./dom.js";

// makeActions returns a drawer of the action row. press is called with the ID
// of the button pressed.
export function makeActions(press) {
  const draw = part("actions", (actions) => actions.map((action) => button(action, press)));
  const drawer = (view) => draw(row(numbered(view)));
  drawer.pressPrimary = () => {
    const primary = byID("actions").querySelector("button.primary:not(:disabled)");
    primary?.click();
    return Boolean(primary);
  };
  return drawer;
}

// numbered gives each action its number in the View, by which a handset chooses it.
export function numbered({ actions = [], ...view }) {
  return { ...view, actions: actions.map((action, i) => ({ ...action, number: i + 1 })) };
}

// row orders the actions: the way forward stands last, at the right, where the
// thumb and the eye end. The one that gives more time has a place of its own, and
// so has one that tries something.
function row({ actions = [], trials = [], time_left: timeLeft }) {
  const placed = [timeLeft?.more_action, ...trials.map((trial) => trial.action)];
  const rest = actions.filter((action) => !placed.includes(action.id));
  return [...rest.filter((action) => action.style !== "primary"), ...rest.filter((action) => action.style === "primary")];
}

// button makes the button of an action.
export function button({ id, label, style, enabled, number }, press) {
  return h("button", { type: "button", class: style, disabled: !enabled, "data-focus": id, "data-number": number, onclick: () => press(id) },
    h("span", {}, label));
}

const circumference = 100; // of the ring, by its pathLength

// makeTimeLeft returns a drawer of the countdown. It counts by the clock of the
// page from the seconds it was last given.
export function makeTimeLeft(press) {
  let timer = 0;
  const draw = part("timeleft", ({ left, more }, place) => {
    const number = h("span", { class: "seconds" }, String(left.seconds));
    const ring = s("circle", { class: "ring", cx: 24, cy: 24, r: 21, pathLength: circumference });
    const end = performance.now() + left.seconds * 1000;
    clearInterval(timer);
    timer = setInterval(() => tick(end, left.seconds, number, ring), 250);
    tick(end, left.seconds, number, ring);
    place.setAttribute("role", "timer");
    return [
      h("div", { class: "clock" }, s("svg", { viewBox: "0 0 48 48", "aria-hidden": "true" }, s("circle", { class: "track", cx: 24, cy: 24, r: 21 }), ring), number),
      h("p", {}, left.text),
      more && button(more, press),
    ].filter(Boolean);
  });
  return (view) => {
    const { time_left: left, actions } = numbered(view);
    if (!left) clearInterval(timer);
    byID("languages").inert = Boolean(left);
    draw(left && { left, more: actions.find((action) => action.id === left.more_action) });
  };
}

// tick writes what is left of a count-down, and draws it.
export function tick(end, whole, number, ring) {
  const left = Math.max(0, (end - performance.now()) / 1000);
  number.textContent = String(Math.ceil(left));
  ring.setAttribute("stroke-dasharray", `${(left / Math.max(whole, 1)) * circumference} ${circumference}`);
}

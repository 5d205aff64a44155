// What a technician is shown: what is wrong, what can be tried, the signed
// status, and the lock for wiping the glass.
import { button, numbered, tick } from "./actions.js";
import { byID, h, part, s } from "./dom.js";
import { icon } from "./icons.js";
import { modules } from "./parts.js";

// makeService returns a drawer of these parts. press is called with the ID of the
// button pressed.
export function makeService(press) {
  const findings = part("findings", (all) => all.map(finding));
  const trials = part("trials", (all) => all.map((one) => trial(one, press)));
  const seal = part("seal", ({ label, qr }) => [modules(qr), h("p", {}, label)]);
  const locked = makeLocked();
  return (view) => {
    const { actions } = numbered(view); // a handset reaches these buttons, too
    findings(view.findings);
    trials(view.trials?.map((one) => ({ ...one, action: actions.find(({ id }) => id === one.action) })));
    seal(view.seal);
    locked(view.locked);
  };
}

function finding({ kind, code, title, text, at }) {
  return h("li", { class: kind },
    icon(kind),
    h("div", {},
      h("h2", {}, h("span", { class: "fault", translate: "no" }, code), h("span", {}, title), at && h("time", {}, at)),
      text && h("p", {}, text)));
}

function trial({ action, label, result, kind, busy }, press) {
  const told = h("div", { class: "result", role: "status" }, kind && icon(kind), result && h("span", {}, result), busy && h("div", { class: "bar" }));
  return h("li", { class: kind ?? "" }, h("h2", {}, label), action && button(action, press), told);
}

// makeLocked counts down in figures and in a ring, by the clock of the page.
function makeLocked() {
  let timer = 0;
  const draw = part("locked", ({ seconds, text }, place) => {
    const number = h("span", { class: "seconds" }, String(seconds));
    const ring = s("circle", { class: "ring", cx: 24, cy: 24, r: 21, pathLength: 100 });
    const end = performance.now() + seconds * 1000;
    clearInterval(timer);
    timer = setInterval(() => tick(end, seconds, number, ring), 250);
    tick(end, seconds, number, ring);
    place.setAttribute("role", "timer");
    return [
      h("div", { class: "clock" }, s("svg", { viewBox: "0 0 48 48", "aria-hidden": "true" }, s("circle", { class: "track", cx: 24, cy: 24, r: 21 }), ring), number),
      h("p", {}, text),
    ];
  });
  return (left) => {
    if (!left) clearInterval(timer);
    draw(left);
  };
}

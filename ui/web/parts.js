// The parts of a View that tell: everything but the entry and the buttons.
import { byID, h, part, s } from "./dom.js";
import { icon } from "./icons.js";

// makeParts returns a drawer of the telling parts.
export function makeParts() {
  const drawers = {
    test_text: part("ribbon", (text) => [h("strong", {}, text)]),
    progress: part("progress", progress),
    title: part("title", (title) => [title]),
    text: part("text", (paragraphs) => paragraphs.map((p) => h("p", {}, p))),
    notice: part("notice", notice),
    fields: part("fields", fields),
    cover: part("cover", cover),
    matches: part("matches", (matches) => matches.map(match)),
    code: part("code", code),
    picture: part("picture", (name) => [illustration(name)]),
  };
  return (view) => {
    for (const [name, draw] of Object.entries(drawers)) draw(view[name]);
    if (view.test && !view.test_text) drawers.test_text("TEST");
    byID("fields").classList.toggle("covered", Boolean(view.cover));
    busy(view);
  };
}

function progress({ step, labels }) {
  return labels.map((label, i) => {
    const state = i + 1 < step ? "done" : i + 1 === step ? "now" : "next";
    const mark = h("span", { class: "mark", "aria-hidden": "true" }, state === "done" ? icon("check") : String(i + 1));
    return h("li", { class: state, "aria-current": state === "now" && "step" }, mark, h("span", { class: "label" }, label));
  });
}

function busy({ busy: isBusy, title }) {
  const bar = byID("busy");
  bar.hidden = !isBusy;
  bar.classList.add("bar");
  if (title) bar.setAttribute("aria-label", title);
  byID("app").setAttribute("aria-busy", String(Boolean(isBusy)));
}

function notice({ kind, title, text, code: fault, steps }, place) {
  place.className = kind;
  place.setAttribute("role", kind === "error" || kind === "warning" ? "alert" : "note");
  return [
    icon(kind),
    h("div", {},
      h("h2", {}, title),
      text && h("p", {}, text),
      steps?.length ? h("ol", {}, ...steps.map((step) => h("li", {}, step))) : undefined,
      fault && h("p", { class: "fault", translate: "no" }, fault)),
  ];
}

// Many facts stand beside each other.
function fields(all, place) {
  place.className = all.length > 6 ? "many" : "";
  return all.map(field);
}

function field({ label, value, note, language }) {
  return h("div", {},
    h("dt", {}, label),
    h("dd", {}, h("span", { class: "value", translate: "no", lang: language }, value),
      note && h("span", { class: "note" }, icon("info"), h("span", {}, note))));
}

// cover lies on the facts until it is held, by a finger or by a key. All of it can be
// held, so that no finger need lie on what it shows.
function cover({ text, show }) {
  const open = (is) => () => byID("fields").classList.toggle("covered", !is);
  const key = (is) => (event) => [" ", "Enter"].includes(event.key) && open(is)();
  const shut = open(false);
  return [
    h("button", { type: "button", "data-focus": "show", onpointerdown: open(true), onpointerup: shut, onpointercancel: shut, onpointerleave: shut,
      onkeydown: key(true), onkeyup: key(false), onblur: shut },
      h("span", { class: "why" }, text), h("span", { class: "show" }, icon("hand"), h("span", {}, show))),
  ];
}

function match({ picture, word }) {
  return h("li", {}, h("img", { src: `/pictures/${picture}.svg`, alt: "", width: 120, height: 120 }), h("span", {}, word));
}

function code({ label, groups, qr }) {
  const spoken = groups.join(" ").split("").join(" ");
  return [
    h("div", { class: "figures" },
      h("p", { class: "label" }, label),
      h("p", { class: "groups", role: "img", "aria-label": spoken, translate: "no" }, ...groups.map((group) => h("span", {}, group)))),
    qr?.length ? modules(qr) : undefined,
  ].filter(Boolean);
}

// modules draws a QR code with the quiet zone of four modules that ISO/IEC
// 18004 asks for.
export function modules(rows) {
  const size = rows.length + 8;
  let d = "";
  rows.forEach((row, y) => {
    for (const run of row.matchAll(/1+/g)) d += `M${run.index + 4} ${y + 4}h${run[0].length}v1h-${run[0].length}z`;
  });
  return s("svg", { class: "qr", viewBox: `0 0 ${size} ${size}`, "shape-rendering": "crispEdges", "aria-hidden": "true" },
    s("rect", { width: size, height: size, fill: "#fff" }), s("path", { d, fill: "#000" }));
}

// Illustrations are kept once loaded, so that the next screen has its own at
// once. They are the same for everybody.
const illustrations = new Map();

function illustration(name) {
  if (!illustrations.has(name)) {
    illustrations.set(name, h("img", { src: `/illustrations/${name}.svg`, alt: "", draggable: "false" }));
  }
  return illustrations.get(name);
}

for (const name of ["insert-card", "keep-card", "take-card", "take-both", "wait", "printer", "password-kinds", "year-kinds",
  "era-card", "western-card", "expiry-year", "security-code", "phone", "scan-key", "hand", "warning", "done", "cleaning"]) illustration(name);

// What may be chosen on every screen: the language, and how the screen looks and
// sounds. A sheet over the screen offers what has no room at the foot. Only whether
// it is open is the page's own; what is chosen is the terminal's.
import { byID, h, part } from "./dom.js";
import { icon } from "./icons.js";

// makeMenu returns a drawer of the foot and of its sheet. onLanguage is called with
// the tag of a language, onEase with the ID of an option.
export function makeMenu(onLanguage, onEase) {
  let open = "";
  let view = {};
  const choose = (tag) => {
    set("");
    onLanguage(tag);
  };
  const toggle = (name) => set(open === name ? "" : name);
  const foot = part("languages", ({ list, chosen, text }) => [
    h("button", { type: "button", class: "open", "aria-haspopup": "dialog", "data-focus": "open-languages", onclick: () => toggle("languages") },
      icon("globe"), text && h("span", {}, text)),
    h("div", { class: "row" }, ...chosenFirst(list, chosen).map((language) => languageButton(language, chosen, choose))),
  ]);
  const ease = part("ease", ({ label }) => [
    h("button", { type: "button", class: "open", "aria-haspopup": "dialog", "data-focus": "open-ease", onclick: () => toggle("ease") },
      icon("ease"), h("span", {}, label)),
  ]);
  const sheet = part("menu", (data, place) => {
    place.setAttribute("aria-label", data.title ?? "");
    return data.options ? easeSheet(data, onEase, () => set("")) : languageSheet(data, choose, () => set(""));
  });

  function set(name) {
    const opener = open || name;
    open = name;
    draw();
    const focus = open ? byID("menu").querySelector("button") : byID(opener)?.querySelector(".open");
    focus?.focus({ preventScroll: true });
  }

  function draw() {
    sheet(contents(open, view));
    const covered = !byID("menu").hidden;
    byID("main").inert = covered;
  }

  new ResizeObserver(fit).observe(byID("languages"));
  addEventListener("keydown", (event) => event.key === "Escape" && open && set(""));
  return (next, turned) => {
    if (turned || !next.title) open = "";
    view = next;
    foot(next.languages?.length ? { list: next.languages, chosen: next.language, text: next.language_text } : undefined);
    ease(next.ease && { label: next.ease.label });
    fit();
    draw();
  };
}

// contents is what stands on the sheet; nothing while it is closed.
function contents(open, { languages, language, language_text: text, ease }) {
  if (open === "languages" && languages) return { title: text, list: languages, chosen: language, back: ease?.back };
  if (open === "ease" && ease) return ease;
  return undefined;
}

function languageSheet({ title, list, chosen, back }, choose, close) {
  return [
    title && h("h2", {}, icon("globe"), h("span", {}, title)),
    h("div", { class: "choices" }, ...list.map((language) => languageButton(language, chosen, choose))),
    backButton(back, close),
  ].filter(Boolean);
}

function easeSheet({ title, options, on, off, back }, onEase, close) {
  return [
    h("h2", {}, icon("ease"), h("span", {}, title)),
    h("div", { class: "choices" }, ...options.map((option) => easeButton(option, on, off, onEase))),
    backButton(back, close),
  ];
}

function backButton(text, close) {
  return h("button", { type: "button", class: "back primary", "data-focus": "back", onclick: close }, icon("close"), text && h("span", {}, text));
}

function easeButton({ id, label, on: chosen }, on, off, onEase) {
  return h("button", { type: "button", role: "switch", "aria-checked": String(chosen), "data-focus": `ease-${id}`, onclick: () => onEase(id) },
    h("span", { class: "label" }, label), h("span", { class: "state" }, chosen ? on : off));
}

function languageButton({ tag, name }, chosen, choose) {
  return h("button", { type: "button", lang: tag, "data-focus": tag, "aria-pressed": String(tag === chosen), onclick: () => choose(tag) }, name);
}

// chosenFirst keeps the language that is spoken in sight, however little room there is.
function chosenFirst(list, chosen) {
  return [...list].sort((a, b) => (b.tag === chosen) - (a.tag === chosen));
}

// fit leaves those languages at the foot that stand in its room. If all do, nothing
// need be opened.
function fit() {
  const row = byID("languages").querySelector(".row");
  if (!row) return;
  const opener = byID("languages").querySelector(".open");
  const all = [...row.children];
  const beyond = () => all.filter((button) => button.offsetTop - all[0].offsetTop >= row.clientHeight || button.offsetWidth > row.clientWidth || button.scrollWidth > button.clientWidth);
  for (const place of [row, ...all]) place.hidden = false;
  opener.hidden = true;
  if (beyond().length === 0) return;
  opener.hidden = false;
  for (const button of beyond()) button.hidden = true;
  row.hidden = all.every((button) => button.hidden);
}

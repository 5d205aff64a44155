// One View on the glass. The screen holds the View it shows and nothing else;
// when the line breaks it forgets that as well, so that no name stays standing.
import { makeActions, makeTimeLeft } from "./actions.js";
import { byID, h } from "./dom.js";
import { makeEntry } from "./entry.js";
import { makeMenu } from "./menu.js";
import { makeParts } from "./parts.js";
import { makeService } from "./service.js";
import { moment } from "./words.js";

const noView = { page: -1 };

// A second tap of a trembling finger is not meant for the screen that has only
// just come up, nor for the button that was pressed already (milliseconds).
const newScreen = 350;
const sameButton = 1000;

// makeScreen prepares the page. Commands go to send, without their page.
export function makeScreen(send) {
  let view = noView;
  let shownAt = 0;
  let pressedAt = -sameButton;
  let onTurn = () => {};
  const command = (deed) => send({ page: view.page, ...deed });
  const press = (id) => {
    const now = performance.now();
    if (now - shownAt < newScreen || now - pressedAt < sameButton) return;
    pressedAt = now;
    command({ action: id });
  };
  const parts = makeParts();
  const menu = makeMenu((tag) => command({ language: tag }), (id) => command({ ease: id }));
  const actions = makeActions(press);
  const timeLeft = makeTimeLeft(press);
  const service = makeService(press);
  const entry = makeEntry((key) => command({ key }));

  function show(next) {
    const turned = next.page !== view.page;
    view = next;
    if (turned) [shownAt, pressedAt] = [performance.now(), -sameButton];
    document.documentElement.lang = next.language;
    document.title = next.title;
    const app = byID("app");
    app.dataset.screen = next.screen;
    app.dataset.page = next.page;
    app.className = layout(next);
    byID("do").inert = Boolean(next.locked); // what is told stays readable
    document.documentElement.className = ways(next).map((id) => `ease-${id}`).join(" ");
    parts(next);
    menu(next, turned);
    service(next);
    entry(next.entry, ways(next).includes("mixed") && next.page);
    actions(next);
    timeLeft(next);
    up(app);
    if (turned) settle();
    if (turned) onTurn();
    speak(next, turned);
  }

  function lost() {
    if (view === noView) return;
    const { language } = view;
    view = noView;
    onTurn();
    byID("lost").hidden = false;
    byID("app").hidden = true;
    for (const clear of [parts, menu, service, entry, actions, timeLeft]) clear({});
    byID("live").textContent = "";
    document.title = "";
    sayMoment(language);
  }

  sayMoment(navigator.language);
  return {
    show,
    lost,
    type: (key) => entry.offers(key) && (command({ key }), true),
    pressPrimary: () => actions.pressPrimary(),
    // What a handset needs besides. Its keys are the voice's while the voice is on.
    view: () => view,
    speaks: () => ways(view).includes("voice"),
    mayEase: (id) => Boolean(view.ease?.options.some((option) => option.id === id)),
    ease: (id) => command({ ease: id }),
    choose: (number) => view.actions?.[number - 1]?.enabled && press(view.actions[number - 1].id),
    nextLanguage: () => view.languages?.length > 1 && command({ language: following(view) }),
    onTurn: (call) => { onTurn = call; },
  };
}

// following is the tag of the language after the one that is shown.
function following({ languages, language }) {
  return languages[(languages.findIndex(({ tag }) => tag === language) + 1) % languages.length].tag;
}

// ways are the options of ease that were chosen.
function ways({ ease }) {
  return (ease?.options ?? []).filter((option) => option.on).map((option) => option.id);
}

// layout names what the View holds, for the style sheets.
function layout(view) {
  const holds = ["picture", "entry", "code", "notice", "fields", "matches", "progress", "findings", "trials", "seal", "locked", "cover", "alert"].filter((name) => view[name]);
  if (view.entry) holds.push(view.entry.kind);
  return holds.map((name) => `with-${name}`).join(" ");
}

function up(app) {
  app.hidden = false;
  byID("lost").hidden = true;
}

// settle brings the reader to the top of a new screen.
function settle() {
  byID("tell").scrollTop = 0;
  byID("title").focus({ preventScroll: true });
}

// speak hands a text to the screen reader. The same words on a new page are
// said again: an empty moment in between makes them new.
function speak(view, turned) {
  const live = byID("live");
  const words = view.live ?? "";
  live.lang = view.language;
  if (turned) live.textContent = "";
  if (live.textContent !== words) live.textContent = words;
}

function sayMoment(language = "ja") {
  const ours = (tag) => (tag === language) + (language.startsWith(tag) || tag.startsWith(language));
  const sorted = [...moment].sort((a, b) => ours(b[0]) - ours(a[0]));
  byID("moment").replaceChildren(...sorted.map(([tag, words]) => h("p", { lang: tag }, words)));
}

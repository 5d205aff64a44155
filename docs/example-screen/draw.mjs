// Draws a View as lines of text. It goes by what the View holds, never by the
// name of the screen; every word comes from the View.

const signs = { info: "ℹ", warning: "⚠", error: "✖", success: "✔" };

// choices are what can be chosen, in rows: the buttons and a look under a cover,
// the languages, the ways to see and hear. A choice that is dead has no deed.
export function choices(view) {
  const { actions = [], languages = [], ease, cover } = view;
  const rows = [
    ...actions.map((a) => [{ name: a.id, label: a.label, deed: a.enabled && { action: a.id }, primary: a.style === "primary" }]),
    cover ? [{ name: "show", label: cover.show, opens: true }] : [],
    languages.map((l) => ({ name: l.tag, label: l.name, deed: l.tag !== view.language && { language: l.tag } })),
    (ease?.options ?? []).map((o) => ({ name: o.id, label: `${o.label} (${o.on ? ease.on : ease.off})`, deed: { ease: o.id } })),
  ];
  rows.flat().forEach((choice, i) => (choice.number = i + 1));
  return rows.filter((row) => row.length > 0);
}

// draw is the View as lines. Facts under a cover are drawn if they are held open.
export function draw(view, open = false) {
  return [
    view.test && `*** ${view.test_text ?? "TEST"} ***`,
    view.progress && strip(view.progress),
    `== ${view.title} ==${view.busy ? " …" : ""}`,
    ...(view.text ?? []),
    ...notice(view.notice),
    ...(view.findings ?? []).flatMap((f) => [`${signs[f.kind]} ${f.code} ${f.title}`, f.text, f.at]),
    ...(view.trials ?? []).map((t) => `- ${t.label}: ${t.busy ? "…" : (t.result ?? "")}`),
    ...(view.matches ?? []).map((m) => `[${m.word}]`),
    view.cover && !open && view.cover.text,
    ...(view.fields ?? []).flatMap((f) => fact(f, Boolean(view.cover) && !open)),
    ...code(view.code),
    ...code(view.seal),
    view.locked && `${view.locked.text} ${view.locked.seconds}`,
    view.picture && `(${view.picture})`, // yours to draw
    ...entry(view.entry),
    view.time_left && `⏳ ${view.time_left.text}: ${view.time_left.seconds}`,
    ...choices(view).map((row) => `  ${row.map(choice).join("   ")}`),
  ].filter(Boolean);
}

function choice({ number, label, deed, opens, primary }) {
  return `${deed || opens ? `.${number}` : " –"} ${label}${primary ? " ⏎" : ""}`;
}

function strip({ step, labels }) {
  return labels.map((label, i) => (i + 1 < step ? `✔${label}` : i + 1 === step ? `[${label}]` : label)).join(" › ");
}

function notice(n) {
  if (!n) return [];
  return [`${signs[n.kind]} ${n.title}`, n.text, ...(n.steps ?? []).map((step, i) => `  ${i + 1}. ${step}`), n.code && `  ${n.code}`];
}

function fact({ label, value, note }, covered) {
  return [`${label}: ${covered ? "●●●●●●" : value}`, note && !covered && `  (${note})`];
}

function entry(e) {
  if (!e) return [];
  const typed = e.masked ? "●".repeat(e.typed) : grouped(e.shown ?? "", e.groups ?? [e.max]);
  return [`${e.label}: ${typed} (${e.typed}/${e.max})`, e.hint];
}

function grouped(shown, sizes) {
  let from = 0;
  return sizes.map((size) => shown.slice(from, (from += size))).join(" ").trim();
}

function code(c) {
  if (!c) return [];
  return [c.label, c.groups && `  ${c.groups.join(" ")}`, ...modules(c.qr ?? [])];
}

// modules draws two rows of a QR code on one line, light on a dark terminal,
// with the quiet zone of four modules that ISO/IEC 18004 asks for.
function modules(rows) {
  if (rows.length === 0) return [];
  const light = "0".repeat(rows.length + 8);
  const all = [light, light, light, light, ...rows.map((row) => `0000${row}0000`), light, light, light, light, light];
  const pair = (y) => [...all[y]].map((top, x) => [["█", "▀"], ["▄", " "]][top][all[y + 1][x]]).join("");
  return Array.from({ length: all.length >> 1 }, (_, i) => pair(2 * i));
}

// The workbench sends deeds and shows what the server says is so.

const $ = id => document.getElementById(id);
const switches = document.querySelectorAll("input[data-switch]");
let state = { citizens: [], conditions: [], readers: [] };

const element = (tag, text, name) => Object.assign(document.createElement(tag), { textContent: text, className: name ?? "" });

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  $("message").textContent = answer.ok ? "" : await answer.text();
}

function fill(select, rows) {
  if (select.options.length === rows.length) return;
  select.replaceChildren(...rows.map(row => new Option(row.label, row.id)));
}

function facts() {
  const citizen = state.citizens.find(c => c.id === $("citizen").value) ?? state.citizens[0];
  if (!citizen) return;
  const rows = [["name", citizen.name], ["password", citizen.password], ["born", citizen.birth], ["security code", citizen.security_code], ["card expires", citizen.expiry]];
  $("facts").replaceChildren(...rows.flatMap(([term, value]) => [element("dt", term), element("dd", value, term === "password" ? "secret" : "")]));
}

function slips(count) {
  $("noslip").hidden = count > 0;
  while ($("slips").children.length < count) {
    const image = new Image();
    image.src = `/slips/${$("slips").children.length}.png`;
    image.alt = "printed slip";
    $("slips").prepend(image);
  }
}

// glow shows a guide light as it glows, and says so.
function glow(name, how) {
  const lamp = $(`lamp-${name}`);
  lamp.dataset.glow = how;
  lamp.ariaLabel = lamp.title = `guide light: ${how === "slow" ? "flashes" : how === "continuous" ? "on" : "off"}`;
}

function row(record) {
  const tr = document.createElement("tr");
  const cells = [record.id.slice(0, 8) + "…", record.delivery, record.hand_over, record.withdrawal, record.settled ? "yes" : "no", String(record.bytes)];
  tr.append(...cells.map(text => element("td", text)));
  return tr;
}

function show(next) {
  state = next;
  fill($("citizen"), state.citizens);
  fill($("condition"), state.conditions);
  facts();
  $("terminal").href = state.terminal;
  $("phone").href = state.phone;
  $("card").textContent = state.card ? `In the reader: ${state.card}` : "The reader is empty.";
  $("insert").disabled = Boolean(state.card);
  $("remove").disabled = !state.card;
  fill($("reader"), state.readers);
  $("reader").value = state.reader;
  $("hold").disabled = !state.shown;
  for (const box of switches) box.checked = state.switches[box.dataset.switch];
  for (const [name, how] of Object.entries(state.lights)) glow(name, how);
  $("voice").textContent = state.voice || "Silent. Plug a headset in, or turn on “Read aloud” on the terminal.";
  $("clear").disabled = !state.tampered;
  $("tampered").textContent = state.tampered ? `Opened by force at ${state.tampered}. It stays so, also after a restart, until it is cleared.` : "";
  $("devices").textContent = state.switches.network ? "The terminal works offline; its journal keeps what is unsent." : "";
  slips(state.slips);
  $("journal").replaceChildren(...state.journal.map(row));
}

$("citizen").addEventListener("change", facts);
$("insert").addEventListener("click", () => post("/insert", { citizen: $("citizen").value, condition: $("condition").value, two: $("two").checked }));
$("remove").addEventListener("click", () => post("/remove", {}));
$("reader").addEventListener("change", () => post("/line", { state: $("reader").value }));
$("hold").addEventListener("click", () => post("/scan", {}));
$("other").addEventListener("submit", event => {
  event.preventDefault();
  post("/scan", { text: $("text").value });
});
$("clear").addEventListener("click", () => post("/tamper/clear", {}));
for (const box of switches)
  box.addEventListener("change", () => post("/switch", { name: box.dataset.switch, on: box.checked }));

const events = new EventSource("/events");
events.onmessage = event => show(JSON.parse(event.data));
events.onerror = () => { $("message").textContent = "The demo does not answer."; };
events.onopen = () => { $("message").textContent = ""; };

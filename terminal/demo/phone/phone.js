// The page plays the app: it holds a P-256 key that never leaves the browser,
// and speaks the platform's app protocol with it. The server behind it only
// passes requests on, as a phone's network would.

import { words } from "./words.js";

const $ = id => document.getElementById(id);
const bytes = text => new TextEncoder().encode(text);
const b64 = data => btoa(String.fromCharCode(...new Uint8Array(data))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

let app = null; // {keys, jwk, key, code}

async function newApp() {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", keys.publicKey);
  return { keys, jwk: { kty, crv, x, y } };
}

// kid is the RFC 7638 thumbprint: members in lexicographic order, no spaces.
async function kid(jwk) {
  const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
  return b64(await crypto.subtle.digest("SHA-256", bytes(canonical)));
}

async function jws(typ, payload) {
  const header = { alg: "ES256", kid: await kid(app.jwk), typ };
  const signed = b64(bytes(JSON.stringify(header))) + "." + b64(bytes(JSON.stringify(payload)));
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, app.keys.privateKey, bytes(signed));
  return signed + "." + b64(signature);
}

async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, { method, body, headers: body ? { "Content-Type": "application/jose" } : {} });
  } catch {
    throw new Error("通信できません。 No connection to the platform.");
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(words[content.code] ?? `${content.title ?? "error"} (${content.code ?? answer.status}) ${content.detail ?? ""}`);
  return content;
}

const nonce = async () => (await call("GET", "/v1/nonce")).nonce;

async function askForKey() {
  app = await newApp();
  const request = await jws("watashi-key-request+jws", { jwk: app.jwk, nonce: await nonce(), time: new Date().toISOString().replace(/\.\d+Z$/, "Z") });
  const issued = await call("POST", "/v1/registration-keys", request);
  app.key = issued.registration_key;
  $("digits").textContent = app.key.replace(/(\d{4})(?=\d)/g, "$1 ");
  $("qr").src = "/qr.png?text=" + encodeURIComponent("watashi:key:" + app.key);
  $("until").textContent = "有効期限 valid until " + new Date(issued.expires).toLocaleString("ja-JP");
  $("pictures").replaceChildren(...issued.pictures.map(picture));
  show("key", "code");
  hide("start");
  $("again").hidden = false;
}

function picture(name) {
  const image = document.createElement("img");
  image.src = `/pictures/${name}.svg`;
  image.alt = name;
  return image;
}

async function activate(confirm) {
  const request = await jws("watashi-activation+jws", { nonce: await nonce(), key: app.key, code: app.code, confirm });
  return call("POST", "/v1/activations", request);
}

async function enterCode() {
  app.code = $("number").value.trim().toUpperCase().replace(/^WATASHI:CODE:/, "").replace(/[\s-]/g, "");
  const answer = await activate(false);
  if (answer.status === "pending") throw new Error("まだ端末からの登録を確認できていません。しばらくしてもう一度お試しください。 Not verified yet: try again in a while.");
  tell(answer);
  $("name").textContent = answer.name;
  $("entry").hidden = true;
  show("who");
}

async function bind() {
  const answer = await activate(true);
  if (answer.status !== "bound") throw new Error(`登録できませんでした。 Not bound: ${answer.status}`);
  tell(answer);
  $("boundname").textContent = answer.name;
  show("bound");
  hide("key", "code");
  dark();
}

// tell fills in the notice of proofing: what was done, where, when, and whom to call
// if it was somebody else (NIST SP 800-63A-4, 3.10).
function tell({ notice, registration_id: id }) {
  if (!notice) return;
  $("noticetime").textContent = new Date(notice.time).toLocaleString("ja-JP", { timeZone: "Asia/Tokyo", dateStyle: "long", timeStyle: "short" });
  $("noticeterminal").textContent = notice.terminal_id;
  $("noticeplatform").textContent = notice.platform_id;
  const { ja, en, ...others } = notice.contact ?? {};
  $("contact").textContent = [ja, en, ...Object.values(others)].filter(Boolean).join("\n") || "お問い合わせ先は、控えをご覧ください。 See your slip for whom to call.";
  $("reference").textContent = id.slice(0, 8);
}

function object() {
  show("object");
  $("notme").setAttribute("aria-expanded", "true");
  $("objecttitle").focus();
}

function show(...ids) { ids.forEach(id => { $(id).hidden = false; }); }
function hide(...ids) { ids.forEach(id => { $(id).hidden = true; }); }

function act(id, event, deed) {
  $(id).addEventListener(event, async e => {
    e.preventDefault();
    $("message").textContent = "";
    const button = e.submitter ?? e.currentTarget;
    button.disabled = true;
    try { await deed(); } catch (error) { $("message").textContent = error.message; } finally { button.disabled = false; }
  });
}

// dark takes the QR code off the phone's screen, so that no scanner reads it there.
const dark = () => fetch("/dark", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } }).catch(() => {});

function reset() {
  app = null;
  dark();
  $("number").value = "";
  $("entry").hidden = false;
  hide("key", "code", "who", "bound", "object", "again");
  $("notme").setAttribute("aria-expanded", "false");
  show("start");
}

act("ask", "click", askForKey);
act("entry", "submit", enterCode);
act("bind", "click", bind);
act("stop", "click", async () => { $("entry").hidden = false; hide("who"); object(); });
act("notme", "click", async () => object());
act("again", "click", async () => reset());

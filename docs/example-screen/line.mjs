// The line to the terminal: as much of a WebSocket client (RFC 6455) as
// watashi.ui.v1 needs, with nothing but Node's own modules. If your platform has
// a WebSocket library, use that instead of this file.
import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";

const protocol = "watashi.ui.v1";
const longest = 1 << 20; // bytes of a message; a View has some thousand
const [continuation, text, close, ping] = [0x0, 0x1, 0x8, 0x9];

// connect opens the line to the page's address, whose token stands behind the
// sign #. onView gets each View; onEnd is called once, with the code that the
// line was closed with, or an Error. It returns a function that sends a Command.
export function connect(address, onView, onEnd) {
  const { hostname, port, host, hash } = new URL(address);
  const key = randomBytes(16).toString("base64");
  let socket;
  const end = once(onEnd);
  const asked = request({
    hostname, port, path: "/ws",
    headers: {
      Connection: "Upgrade", Upgrade: "websocket", Origin: `http://${host}`,
      "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Protocol": `${protocol}, token.${hash.slice(1)}`,
    },
  });
  asked.on("upgrade", (response, opened, first) => {
    if (response.headers["sec-websocket-accept"] !== accepted(key)) return asked.destroy(new Error("this is no WebSocket"));
    socket = opened;
    listen(socket, first, onView, end);
  });
  asked.on("response", (response) => asked.destroy(new Error(`HTTP ${response.statusCode}`)));
  asked.on("error", end);
  asked.end();
  return (command) => socket?.writable && socket.write(frame(text, Buffer.from(JSON.stringify(command))));
}

// accepted is what a server has to answer to a key (RFC 6455, 4.2.2).
function accepted(key) {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

// listen reads frames until the line ends.
function listen(socket, first, onView, end) {
  let rest = Buffer.alloc(0);
  let parts = []; // of a message that comes in several frames
  const whole = (last, payload) => {
    parts.push(payload);
    if (parts.reduce((sum, part) => sum + part.length, 0) > longest) return socket.destroy(new Error("too long a message"));
    if (!last) return;
    const message = Buffer.concat(parts).toString("utf8");
    parts = [];
    onView(JSON.parse(message));
  };
  const take = ({ last, kind, payload }) => {
    if (kind === text || kind === continuation) return whole(last, payload);
    if (kind === ping) socket.write(frame(0xa, payload)); // the pong
    if (kind === close) {
      end(payload.length < 2 ? 1005 : payload.readUInt16BE(0));
      socket.end(frame(close, payload.subarray(0, 2)));
    }
  };
  const more = (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    if (rest.length > 2 * longest) return socket.destroy(new Error("too long a message"));
    for (let read = next(rest); read; read = next(rest)) {
      rest = rest.subarray(read.size);
      take(read);
    }
  };
  socket.on("data", more);
  socket.on("error", end);
  socket.on("close", () => end(1006));
  more(first);
}

// next reads a frame (RFC 6455, 5.2), or nothing while it is not whole. What
// comes from a server is not masked.
function next(bytes) {
  if (bytes.length < 2) return undefined;
  const short = bytes[1] & 0x7f;
  const head = { 126: 4, 127: 10 }[short] ?? 2;
  if (bytes.length < head) return undefined;
  const length = { 4: () => bytes.readUInt16BE(2), 10: () => Number(bytes.readBigUInt64BE(2)) }[head]?.() ?? short;
  if (bytes.length < head + length) return undefined;
  return { last: bytes[0] >= 0x80, kind: bytes[0] & 0x0f, payload: bytes.subarray(head, head + length), size: head + length };
}

// frame writes one: what goes to a server is masked. A Command is short.
function frame(kind, payload) {
  if (payload.length > 125) throw new Error("too long a Command");
  const mask = randomBytes(4);
  return Buffer.concat([Buffer.from([0x80 | kind, 0x80 | payload.length]), mask, payload.map((byte, i) => byte ^ mask[i % 4])]);
}

function once(f) {
  let done = false;
  return (value) => done || ((done = true), f(value));
}

// The line to the terminal. It comes back by itself when it breaks, and holds
// nothing: the terminal sends the View again.

const protocol = "watashi.ui.v1";
const replaced = 4001; // another page took our place: coming back would push it out
const firstDelay = 250;
const longestDelay = 5000;

// connect keeps a connection. onView is called with each View, onLost when the
// line breaks. It returns a function that sends a Command, and drops it when
// there is no line: what was touched then was no longer meant.
export function connect(token, onView, onLost) {
  let socket = null;
  let delay = firstDelay;

  function open() {
    const next = new WebSocket(`ws://${location.host}/ws`, [protocol, `token.${token}`]);
    socket = next;
    next.onmessage = (event) => {
      delay = firstDelay;
      onView(JSON.parse(event.data));
    };
    next.onclose = (event) => {
      if (socket !== next) return;
      socket = null;
      onLost();
      if (event.code !== replaced) again();
    };
  }

  function again() {
    setTimeout(open, delay * (0.75 + Math.random() / 2));
    delay = Math.min(delay * 1.6, longestDelay);
  }

  open();
  return (command) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
  };
}

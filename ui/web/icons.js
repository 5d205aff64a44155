// The small signs inside buttons and boxes. They are drawn, not typed, so that
// they look the same under every font.
import { s } from "./dom.js";

const shapes = {
  backspace: [["path", { d: "M9 5h11a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H9l-6-7z" }], ["path", { d: "m11.5 9.5 5 5m0-5-5 5" }]],
  clear: [["path", { d: "M4 7h16M9.5 7V4.5h5V7M6 7l1 13h10l1-13M10 11v5.500M14 11v5.5" }]],
  globe: [["circle", { cx: 12, cy: 12, r: 9 }], ["path", { d: "M3 12h18M12 3c3.2 3 3.2 15 0 18M12 3c-3.2 3-3.2 15 0 18" }]],
  close: [["path", { d: "m6 6 12 12M18 6 6 18" }]],
  ease: [["circle", { cx: 12, cy: 5, r: 2 }], ["path", { d: "M4 9.500l5.500 1.500v3L7.500 21M20 9.500l-5.500 1.500v3l2 7" }]],
  hand: [["path", { d: "M8 12V5.500a1.500 1.500 0 0 1 3 0V11m0-6.500a1.500 1.500 0 0 1 3 0V11m0-4.500a1.500 1.500 0 0 1 3 0V14c0 4-2 7-5.500 7C8 21 7 18.500 4.500 14c-.8-1.600 1-2.600 2-1.500L8 14" }]],
  down: [["path", { d: "M12 5v14m-6.5-6.500L12 19l6.5-6.5" }]],
  check: [["path", { d: "m5 12.5 4.5 4.500L19 7.5" }]],
  info: [["circle", { cx: 12, cy: 12, r: 9 }], ["path", { d: "M12 11v6M12 7.200v.1" }]],
  warning: [["path", { d: "M12 3.5 22 20.500H2z" }], ["path", { d: "M12 10v5M12 17.700v.1" }]],
  error: [["path", { d: "M8 2.700h8L21.3 8v8L16 21.300H8L2.7 16V8z" }], ["path", { d: "M12 7.500v5.500M12 16.400v.1" }]],
  success: [["circle", { cx: 12, cy: 12, r: 9 }], ["path", { d: "m7.5 12.5 3.2 3.2 6-6.4" }]],
};

// icon draws one of the signs in the colour of the text around it.
export function icon(name) {
  const lines = shapes[name].map(([kind, properties]) => s(kind, properties));
  return s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, ...lines);
}

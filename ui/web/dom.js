// Small helpers for building elements. Nothing here parses HTML: every text is
// set as text, so no text can become markup (the policy forbids it as well).

// h makes an element: h("p", {class: "x", onclick: f}, "text", child).
// Properties that are undefined or false are left out; functions become
// listeners.
export function h(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

// s makes an SVG element in the same way.
export function s(name, properties = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

// byID finds one of the fixed places of index.html.
export const byID = (id) => document.getElementById(id);

// part makes a drawer for one place of the page. The drawer is given a part of
// the View, builds its children anew only if that part has changed, and hides
// the place when there is nothing. So what stays the same stays the same
// element: it keeps focus, and nothing flickers.
export function part(id, build) {
  const place = byID(id);
  let before = null;
  return (data) => {
    const now = isEmpty(data) ? "" : JSON.stringify(data);
    if (now === before) return;
    before = now;
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    place.replaceChildren(...(now === "" ? [] : build(data, place)));
    place.hidden = now === "";
    if (focused) place.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  };
}

function isEmpty(data) {
  return data === undefined || data === null || data === false || data === "" || (Array.isArray(data) && data.length === 0);
}

(strict) => {
  const faults = [];
  const name = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.className.length ? "." + e.className : "") + " " + JSON.stringify(e.textContent.slice(0, 24));
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 0;
  const inside = (r) => r.left >= -1 && r.top >= -1 && r.right <= innerWidth + 1 && r.bottom <= innerHeight + 1;
  const main = document.querySelector("main").getBoundingClientRect();
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) faults.push("the page scrolls");
  const all = [...document.querySelectorAll("#app *")].filter(seen);
  for (const e of all) {
    const r = e.getBoundingClientRect();
    const hard = strict || !e.closest("#tell"); // it may scroll where room is short
    if (hard && !e.closest("svg svg") && !inside(r)) faults.push("outside the glass: " + name(e));
    if (hard && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && !e.matches(".bar")) faults.push("too wide inside: " + name(e));
    if (hard && e.clientHeight > 0 && e.scrollHeight > e.clientHeight + 2 && /tell|do|app|main|menu|footer|BUTTON|code|entry/i.test(e.id + e.tagName)) faults.push("too tall inside: " + name(e));
    if (e.closest("#do") && (r.top < main.top - 1 || r.bottom > main.bottom + 1)) faults.push("beyond its room: " + name(e));
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (own && size < (e.closest(".mark, .edit") ? 18 : 20)) faults.push("letters of " + size + " px: " + name(e));
  }
  const [title, tell] = ["title", "tell"].map((id) => document.getElementById(id).getBoundingClientRect());
  if (!document.querySelector("#main[inert], .with-password.with-notice") && (title.top < tell.top - 1 || title.bottom > tell.bottom + 1)) faults.push("title out of sight");
  const tries = document.querySelector(".with-password #notice h2");
  if (tries && seen(tries) && tries.getBoundingClientRect().bottom > document.getElementById("tell").getBoundingClientRect().bottom + 1) faults.push("tries left scrolled away");
  const buttons = [...document.querySelectorAll("#app button")].filter(seen);
  const least = (b) => strict && b.closest("#keyboard") ? 64 : b.closest("#keyboard") ? 44 : 56;
  for (const b of buttons) {
    const r = b.getBoundingClientRect();
    if (r.width < least(b) - 0.5 || r.height < least(b) - 0.5) faults.push("target of " + r.width + "x" + r.height + " px: " + name(b));
    const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
    const beside = !strict && b.closest("#tell, #menu");
    if (!b.contains(top) && !b.closest("[inert]") && !beside) faults.push("covered by " + (top ? name(top) : "nothing") + ": " + name(b));
  }
  for (const i of document.querySelectorAll("#tell img")) {
    const r = i.getBoundingClientRect();
    if (seen(i) && strict && (r.width < 100 || r.height < 100)) faults.push("picture of " + r.width + "x" + r.height + " px");
    if (seen(i) && i.naturalWidth === 0) faults.push("picture not loaded");
  }
  return faults;
}

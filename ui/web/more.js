// Where a View holds more than the glass, a button says so without words: it
// moves on by most of a screenful, and goes when the end is in sight.
import { byID } from "./dom.js";
import { icon } from "./icons.js";

const slack = 4; // pixels of rounding that are not worth a button

// watchRoom keeps the button in step with what there is to see.
export function watchRoom() {
  const [tell, more] = [byID("tell"), byID("more")];
  const look = () => {
    more.hidden = tell.scrollTop + tell.clientHeight >= tell.scrollHeight - slack;
    // What scrolls is a stop of Tab, so that keys can move it, too.
    if (tell.scrollHeight > tell.clientHeight + slack) tell.tabIndex = 0;
    else tell.removeAttribute("tabindex");
  };
  more.append(icon("down"));
  more.addEventListener("click", () => tell.scrollBy({ top: tell.clientHeight * 0.7, behavior: "smooth" }));
  tell.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(tell);
  new MutationObserver(look).observe(tell, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "hidden"] });
}

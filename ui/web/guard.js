// A kiosk is touched with whole hands. What a browser would do besides (menus,
// selections, zooming, dragging) is turned off here, as no switch of the
// browser turns off all of it.

const never = (event) => event.preventDefault();

export function guard() {
  for (const kind of ["contextmenu", "selectstart", "dragstart", "drop", "gesturestart"]) {
    addEventListener(kind, never);
  }
  const severalFingers = (event) => event.touches.length > 1 && event.cancelable && event.preventDefault();
  addEventListener("touchmove", severalFingers, { passive: false });
  addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  addEventListener("auxclick", never);
}

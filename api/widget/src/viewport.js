// Where the window covers a phone's screen, it covers what the software keyboard leaves of it.

/** Keep `--screen` and `--screen-top` of the element right; returns how to stop. */
export function followViewport(element) {
  const viewport = window.visualViewport;
  if (!viewport) return () => {};
  const fit = () => {
    if (viewport.scale > 1.01) return; // zoomed with two fingers: leave it where it is
    element.style.setProperty("--screen", `${viewport.height}px`);
    element.style.setProperty("--screen-top", `${viewport.offsetTop}px`);
  };
  viewport.addEventListener("resize", fit);
  viewport.addEventListener("scroll", fit);
  fit();
  return () => {
    viewport.removeEventListener("resize", fit);
    viewport.removeEventListener("scroll", fit);
  };
}

// The list of messages: what stands where, and what of it is in view.

import { button, el, icon } from "./dom.js";
import { say } from "./say.js";

const NEAR_PX = 120;
const GAP_PX = 12;

/**
 * Order in it: the record; what belongs to its end (suggestions, rating); messages on their way;
 * who is writing.
 */
export function createLogView({ onSeen }) {
  const record = el("div", { class: "record" });
  const tail = el("div", { class: "tail" });
  const pending = el("div", { class: "on-way" });
  const typing = el("div", { class: "writing" });
  const log = el(
    "div",
    { class: "log", role: "log", "aria-live": "off", tabindex: "0" },
    record,
    tail,
    pending,
    typing,
  );
  const jump = button({ class: "jump", hidden: true, onclick: () => toEnd() }, icon("down"));
  const jumpText = el("span");
  jump.append(jumpText);
  let isAtEnd = true;

  const distance = () => log.scrollHeight - log.scrollTop - log.clientHeight;

  log.addEventListener(
    "scroll",
    () => {
      isAtEnd = distance() < NEAR_PX;
      if (!isAtEnd) return;
      jump.hidden = true;
      onSeen();
    },
    { passive: true },
  );
  // The keyboard comes, the window grows: who was at the end stays there.
  if (window.ResizeObserver) {
    new ResizeObserver(keepEnd).observe(log);
  }

  function toEnd() {
    isAtEnd = true;
    jump.hidden = true;
    log.scrollTop = log.scrollHeight;
  }

  /** Whoever was at the end stays there. */
  function keepEnd() {
    if (isAtEnd) toEnd();
  }

  /** Bring news into view, from the first of their nodes on where they are long. */
  function reveal(first) {
    if (!isAtEnd) {
      jumpText.textContent = say("newMessages");
      jump.hidden = false;
      return;
    }
    toEnd();
    const top = first.offsetTop - GAP_PX;
    if (top < log.scrollTop) log.scrollTop = top;
  }

  return {
    node: log,
    jump,
    record,
    tail,
    pending,
    typing,
    toEnd,
    keepEnd,
    reveal,
    isAtEnd: () => isAtEnd,
    clear() {
      for (const part of [record, tail, pending, typing]) part.replaceChildren();
      isAtEnd = true;
      jump.hidden = true;
    },
    label() {
      log.setAttribute("aria-label", say("log"));
    },
  };
}

// Who has the conversation, and whether anything comes through.

import { el, icon } from "./dom.js";
import { say } from "./say.js";

/** `line`: a few words for the head of the window; `card`: more, above the box to write in. */
export function createStatusView() {
  const line = el("p", { class: "status-line" });
  const title = el("strong");
  const words = el("p");
  const card = el("div", { class: "status-card", role: "status", hidden: true });
  card.append(icon("clock"), el("div", {}, title, words));
  let shown = "";

  return {
    line,
    card,
    /**
     * `status` as the gateway has it, null before that; `promise` is what a worker who waits was
     * told; `unsent` messages wait for a connection. Returns whether something is another.
     */
    show({ status, staffName, promise, isConnected, unsent }) {
      const key = isConnected ? status || "bot" : "offline";
      const name = staffName || say("authorStaff");
      const isWaiting = key === "waiting";
      const heading = isWaiting && promise && promise.place ? "waitingAt" : `status_${key}`;
      const place = promise && promise.place;
      const more = {
        waiting: (promise && promise.words) || say("waitingNote"),
        with_staff: say("withStaffNote"),
        closed: say("closedNote"),
        offline: unsent ? say("offlineUnsent", { n: unsent }) : say("offlineNote"),
      }[key];
      const next = [key, say(heading, { name, place }), more].join("\n");
      if (next === shown) return false; // or it would be read out again
      shown = next;
      line.textContent = say(`line_${key}`, { name });
      line.dataset.is = card.dataset.is = key;
      title.textContent = say(heading, { name, place });
      words.textContent = more || "";
      card.hidden = key === "bot";
      return true;
    },
    forget() {
      shown = "";
    },
  };
}

// Who is writing, as it is shown at the end of the log.

import { drawTyping } from "./message_view.js";

const HOLDS_MS = 6000;
const SHOW_AFTER_MS = 350; // most answers are there before
const ANSWER_MS = 30000;

/** `status()` tells who has the conversation: while it is a person the bot says nothing. */
export function createWriter(log, status) {
  let heard = null; // who the gateway says is writing
  let isExpecting = false; // the worker has said something
  let heardTimer;
  let expectTimer;
  let showTimer;

  function show() {
    const by = heard || (isExpecting && status() === "bot" ? "bot" : null);
    clearTimeout(showTimer);
    if (!by) {
      log.typing.replaceChildren();
      return;
    }
    showTimer = setTimeout(() => {
      if (log.typing.firstChild) return;
      log.typing.append(drawTyping(by));
      log.keepEnd();
    }, SHOW_AFTER_MS);
  }

  function replied() {
    clearTimeout(heardTimer);
    clearTimeout(expectTimer);
    heard = null;
    isExpecting = false;
    show();
  }

  return {
    /** Nobody is writing any more. */
    replied,

    /** `bot` or `staff` is writing; holds for some seconds. */
    hear(by) {
      heard = by;
      clearTimeout(heardTimer);
      heardTimer = setTimeout(replied, HOLDS_MS);
      show();
    },

    /** An answer is due. */
    expect() {
      isExpecting = true;
      clearTimeout(expectTimer);
      expectTimer = setTimeout(replied, ANSWER_MS);
      show();
    },
  };
}

// The worker's messages on their way into the record: none is lost, none comes twice.
//
// Over the socket they keep their order, and the gateway says of each which message of the record
// it became. Without a socket they go over HTTP, one after the other.

import { isGone, Refusal } from "./http.js";

const ANSWER_WITHIN_MS = 15000;
const AGAIN_MS = 3000;
const AGAIN_AT_MOST = 5;

// What the gateway may leave out of a message when it stores it, and white space.
const visible = (text) => text.replace(/[\p{C}\s]/gu, "");

/**
 * Entries: `{message, state, error, node, isAdopted}` with `state`: `sending`; `queued` until there is a
 * connection; `failed` (`error` says why; `isFinal`: for good). `again` counts how often the gateway
 * had no place for it and it was left to be said again by itself, 0 when that is over.
 * `on.changed(entry)` when a state is another; `on.sent(entry)` when the gateway has it;
 * `on.answered()` when its turn is over; `on.gone(entry)` when it needs no place of its own any more.
 */
export function createOutbox(conversation, feed, on) {
  let entries = [];
  const places = new Map(); // id in the record -> entry
  let isDraining = false;
  let answerTimer;

  function enter(message, isTried) {
    const entry = { message, state: "sending", told: false, posted: false, isTried, again: 0 };
    entry.isAdopted = false;
    entries.push(entry);
    return entry;
  }

  function set(entry, state, error = null) {
    entry.state = state;
    entry.error = error;
    on.changed(entry);
  }

  function settle(entry) {
    entries = entries.filter((other) => other !== entry);
    conversation.settle(entry.message);
  }

  const waiting = () => entries.filter(({ state }) => state !== "failed");
  const byClientId = (id) => entries.find(({ message }) => message.client_message_id === id);

  function flush() {
    if (feed.isLive()) tellAll();
    else drain();
  }

  function tellAll() {
    for (const entry of waiting()) {
      if (entry.told || entry.posted) continue;
      entry.told = entry.isTried = true;
      set(entry, "sending");
      feed.tell({ type: "message", ...entry.message });
      clearTimeout(answerTimer);
      answerTimer = setTimeout(loseIfUnanswered, ANSWER_WITHIN_MS);
    }
  }

  function loseIfUnanswered() {
    if (entries.some(({ told }) => told)) feed.lose();
  }

  async function drain() {
    if (isDraining) return;
    isDraining = true;
    let entry;
    while ((entry = waiting().find(({ told, posted }) => !told && !posted))) {
      if (feed.isLive()) break;
      set(entry, "sending");
      entry.posted = entry.isTried = true;
      try {
        const { messages } = await conversation.send(entry.message);
        await placed(entry, messages);
      } catch (error) {
        entry.posted = false;
        if (!(error instanceof Refusal)) {
          // No connection: all wait for one.
          for (const other of waiting()) if (!other.told) set(other, "queued");
          break;
        }
        fail(entry, error);
      }
    }
    isDraining = false;
    if (feed.isLive()) tellAll();
  }

  /** The gateway has it. The record has it all, in order; the response counts where the record
   * cannot be read. */
  async function placed(entry, messages) {
    on.answered();
    if (!entries.includes(entry)) return;
    on.sent(entry);
    try {
      await feed.poll();
      if (!entries.includes(entry)) return;
      settle(entry);
      on.gone(entry); // it stands in the record already
    } catch {
      if (!entries.includes(entry)) return;
      feed.takeLoose(messages);
    }
  }

  function fail(entry, error) {
    entry.told = false;
    if (isGone(error.code)) feed.poll().catch(() => {}); // it says so to everybody
    if (error.isFinal) conversation.settle(entry.message);
    const isTooSoon = error.code === "too_many_requests";
    const isFull = !isTooSoon && error.retryAfter > 0;
    entry.again = isFull && entry.again < AGAIN_AT_MOST ? entry.again + 1 : 0;
    set(entry, "failed", error);
    clearTimeout(entry.timer);
    if (!isTooSoon && !entry.again) return; // by hand
    entry.timer = setTimeout(() => retry(entry), error.retryAfter * 1000 || AGAIN_MS);
  }

  function retry(entry) {
    clearTimeout(entry.timer);
    if (!entries.includes(entry) || entry.state !== "failed") return;
    set(entry, "queued");
    flush();
  }

  return {
    say: (text) => enter(conversation.add(text), false),

    flush,
    retry,

    /** Entries for messages of an earlier page of this tab. */
    restored: () => conversation.pending().map((message) => enter(message, true)),

    /** Give a message up that was not sent. */
    drop(entry) {
      settle(entry);
      on.gone(entry);
    },

    /** The socket is there, or gone: what it was told and did not answer is said again. */
    live(isLive) {
      clearTimeout(answerTimer);
      for (const entry of entries) entry.told = false;
      if (isLive) tellAll();
      else for (const entry of waiting()) if (!entry.posted) set(entry, "queued");
    },

    accepted(clientId, messageId) {
      const entry = byClientId(clientId);
      if (!entry) return;
      entry.told = false;
      entry.posted = true;
      on.sent(entry);
      if (feed.has(messageId)) {
        settle(entry);
        on.gone(entry);
      } else {
        places.set(messageId, entry);
      }
    },

    refused(clientId, error) {
      const entry = byClientId(clientId);
      if (entry) fail(entry, error);
    },

    /**
     * The entry that became this message of the record; null if none did. That of one whose
     * answer was lost is a guess, by its words: it is shown in that place (`isAdopted`), and said
     * again under its id all the same.
     */
    match({ id, text }) {
      const isSame = (entry) => visible(entry.message.text) === visible(text);
      const entry = places.get(id) || entries.find((each) => each.posted && isSame(each));
      places.delete(id);
      if (entry) {
        settle(entry);
        return entry;
      }
      const guess = entries.find((each) => each.isTried && !each.isAdopted && isSame(each));
      if (guess) guess.isAdopted = true;
      return guess || null;
    },

    unsent: () => entries.filter((each) => each.state === "queued" && !each.isAdopted).length,

    stop() {
      for (const { timer } of entries) clearTimeout(timer);
      clearTimeout(answerTimer);
    },
  };
}

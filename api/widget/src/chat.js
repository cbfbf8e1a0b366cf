// One conversation in the window: its record, and the worker's messages on their way into it.

import { createFeed } from "./feed.js";
import { drawOwn, showState } from "./message_view.js";
import { createOutbox } from "./outbox.js";
import { createRecordView } from "./record_view.js";
import { say } from "./say.js";
import { createWriter } from "./writer.js";

const TYPING_EVERY_MS = 3000;

/**
 * `startTopic` is offered under the greeting. `on`: `status()` after each change of `state`;
 * `incoming(message, author)` for each reply that was not there before; `announce(text)` to a
 * screen reader; `isSeen()`; `ask(text)`: the worker taps a suggestion; `gone()`: the
 * conversation was deleted.
 */
export function createChat(conversation, { log, startTopic, on }) {
  const state = { status: null, staffName: null, promise: null, isConnected: true, unsent: 0 };
  let isReplaying = true;
  let isStopped = false;
  let isGone = false;
  let toldTypingAt = 0;
  let toldRead = null; // id of the last message of which the desk knows that it was seen

  const writer = createWriter(log, () => state.status);
  const record = createRecordView(conversation, {
    log,
    state,
    startTopic,
    nodeOf,
    ask: (text) => on.ask(text),
  });
  const feed = createFeed(conversation, {
    messages: take,
    status: setStatus,
    // Word of the bot at work may come behind what it has said.
    typing: (by) => (by === "staff" || isUnanswered()) && writer.hear(by),
    read: (by, messageId) => by === "staff" && record.setRead(messageId),
    connected: setConnected,
    live(isLive) {
      isReplaying = false;
      outbox.live(isLive);
      toldRead = null;
      tellRead();
    },
    accepted: (clientId, messageId) => outbox.accepted(clientId, messageId),
    refused: (clientId, error) => outbox.refused(clientId, error),
    gone: end,
  });
  const outbox = createOutbox(conversation, feed, {
    changed(entry) {
      drawEntry(entry);
      count();
    },
    sent: (entry) => entry.node && showState(entry.node, "sent"),
    answered: writer.replied,
    gone(entry) {
      if (entry.node) entry.node.remove();
      count();
    },
  });

  // The record.

  function take(news) {
    if (!news.length) return;
    const reply = record.add(news);
    if (reply) writer.replied();
    if (isReplaying) log.toEnd();
    else if (reply) log.reveal(reply);
    else log.keepEnd();
    tellRead();
    count();
    if (isReplaying) return;
    for (const message of news) {
      if (message.author !== "worker") on.incoming(message, record.nameOf(message));
    }
  }

  /** A message that was shown on its way keeps its node. */
  function nodeOf(message) {
    const entry = outbox.match(message);
    if (!entry) return null;
    const { node } = entry;
    entry.node = null;
    return node;
  }

  function isUnanswered() {
    const last = record.last();
    return !last || last.author === "worker";
  }

  // Messages on their way.

  function drawEntry(entry) {
    if (entry.isAdopted) return;
    const isNew = !entry.node;
    if (isNew) log.pending.append((entry.node = drawOwn(entry.message.text)));
    const retry = ["retry", () => (isGone ? sayAnew(entry) : outbox.retry(entry))];
    const drop = ["drop", () => outbox.drop(entry)];
    if (entry.state === "sending") {
      showState(entry.node, "sending");
      writer.expect();
    } else if (entry.state === "queued") {
      showState(entry.node, "queued", { acts: [drop] });
      writer.replied();
    } else {
      const { error } = entry;
      const text = entry.again ? say("comesAgain") : error.message || say("failed");
      showState(entry.node, "failed", { text, acts: error.isFinal ? [drop] : [retry, drop] });
      writer.replied();
      on.announce(text);
    }
    if (isNew) log.toEnd();
    else log.keepEnd();
  }

  function sayAnew(entry) {
    outbox.drop(entry);
    on.ask(entry.message.text);
  }

  function count() {
    state.unsent = outbox.unsent();
    on.status();
  }

  // Who has the conversation, and whether anything comes through.

  /** Tell the desk what the worker has seen. */
  function tellRead() {
    const last = record.last();
    if (!last || last.id === toldRead || !feed.isLive() || !log.isAtEnd() || !on.isSeen()) return;
    toldRead = last.id;
    feed.tell({ type: "read", message_id: last.id });
  }

  function setStatus(status) {
    const before = state.status;
    if (status === before) return;
    state.status = status;
    record.followStatus();
    // It went on in another conversation: ask in which.
    if (before === "closed") feed.poll().catch(() => {});
    on.status();
  }

  function setConnected(isConnected) {
    const isNews = state.isConnected !== isConnected;
    state.isConnected = isConnected;
    if (isNews) on.status();
    if (!isConnected) return;
    isReplaying = false;
    outbox.flush();
  }

  function end() {
    if (isStopped) return;
    isGone = true;
    state.status = "closed";
    state.isConnected = true;
    on.gone();
  }

  return {
    conversation,
    state,
    isEmpty: () => !record.last(),
    isGone: () => isGone,

    /** Begin with the greeting of a new conversation. */
    begin(created) {
      feed.take(created);
      isReplaying = false;
      feed.start();
    },

    /** Go on after a reload, or with another tab's; what was not answered is sent again. */
    async resume() {
      for (const entry of outbox.restored()) drawEntry(entry);
      try {
        await feed.poll();
        isReplaying = false;
      } catch {
        // It comes with the first connection.
      }
      if (!isStopped && !isGone) feed.start();
    },

    say(text) {
      log.tail.replaceChildren();
      drawEntry(outbox.say(text));
      outbox.flush();
    },

    /** Tell a colleague that the worker writes. */
    startTyping() {
      if (state.status !== "with_staff" || !feed.isLive()) return;
      if (Date.now() - toldTypingAt < TYPING_EVERY_MS) return;
      toldTypingAt = Date.now();
      feed.tell({ type: "typing" });
    },

    seen: tellRead,
    redraw: record.redraw,

    /** Something else comes into the window. */
    stop() {
      isStopped = true;
      feed.stop();
      outbox.stop();
      writer.replied();
    },
  };
}

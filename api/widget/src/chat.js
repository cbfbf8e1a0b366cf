// One conversation in the window: its record, the messages on their way, what is said about both.

import { button, el } from "./dom.js";
import { createFeed } from "./feed.js";
import {
  authorName,
  drawChoices,
  drawMessage,
  drawOwn,
  drawTyping,
  showState,
  timeLine,
} from "./message_view.js";
import { drawFeedback, drawRating } from "./opinion_view.js";
import { createOutbox } from "./outbox.js";
import { drawQuestion } from "./question_view.js";
import { inputFor } from "./questions.js";
import { say } from "./say.js";
import { asksForPerson, PERSON, promiseIn, staffNameIn } from "./server_words.js";

const TYPING_MS = 6000;
const TYPING_AFTER_MS = 350; // most answers are there before
const ANSWER_MS = 30000;

/**
 * `log` and `status` are the views; `startTopic` is offered under the greeting. `on`: `status()`
 * after each change of `state`; `incoming(message)` for each that was not there before;
 * `ask(text)`: the worker taps a suggestion; `gone()`: the conversation was deleted.
 */
export function createChat(conversation, { log, startTopic, on }) {
  const state = { status: null, staffName: null, promise: null, isConnected: true, unsent: 0 };
  let isReplaying = true;
  let isStopped = false;
  let isGone = false;
  let last = null; // the latest message of the record
  let lastReply = null; // the latest that is not the worker's
  let messages = [];
  let rating = null;
  let own = null; // the worker's latest message in the record: {node, message}
  let isAwaiting = false;
  let writer = null; // who is writing, by what the gateway says
  let writerTimer;
  let answerTimer;
  let showTimer;

  const feed = createFeed(conversation, {
    messages: take,
    status: setStatus,
    typing: hearWriter,
    read: (by, messageId) => by === "staff" && setRead(messageId),
    connected: setConnected,
    live(isLive) {
      isReplaying = false;
      outbox.live(isLive);
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
    sent: (entry) => showState(entry.node, "sent"),
    answered: stopAwaiting,
    gone(entry) {
      entry.node.remove();
      count();
    },
  });

  // The record.

  function take(news) {
    if (!news.length) return;
    const drawn = news.map((message) => draw(message));
    log.record.append(...drawn.flat());
    drawTail();
    const firstReply = news.findIndex(({ author }) => author !== "worker");
    if (firstReply >= 0) {
      isAwaiting = false;
      setWriter(null);
    }
    if (isReplaying || (firstReply < 0 && log.isAtEnd())) log.toEnd();
    else if (firstReply >= 0) log.reveal(drawn[firstReply][0]);
    tellRead();
    on.status();
  }

  /** The nodes of a message of the record. */
  function draw(message, isOld = isReplaying) {
    messages.push(message);
    const previous = last;
    last = message;
    const time = timeLine(message, previous);
    const nodes = time ? [time] : [];
    if (message.author === "worker") {
      nodes.push(drawWorkers(message));
      return nodes;
    }
    lastReply = message;
    noteWords(message);
    const isNew = Boolean(time) || !previous || previous.author !== message.author;
    const node = drawMessage(message, { isNew, staffName: state.staffName });
    if (message.author === "bot" && message.kind === "answer") addFeedback(node, message);
    nodes.push(node);
    if (!isOld) on.incoming(message, authorName(message, state.staffName));
    return nodes;
  }

  function drawWorkers(message) {
    const entry = outbox.match(message);
    const node = (entry && entry.node) || drawOwn(message.text);
    // Its time stays where it is, or what is below would move.
    if (own) showState(own.node, "delivered", { text: "", at: own.message.created_at });
    own = { node, message };
    showState(node, "delivered", { at: message.created_at });
    count();
    return node;
  }

  function noteWords(message) {
    if (message.author === "system") state.staffName = staffNameIn(message.text) || state.staffName;
    if (message.author === "bot" || message.author === "system") {
      state.promise = promiseIn(message.text) || state.promise;
    }
  }

  // What notices said holds for as long as the status does.
  function forgetWords() {
    if (state.status !== "waiting") state.promise = null;
    if (state.status === "bot") state.staffName = null;
  }

  function addFeedback(node, message) {
    const give = (helpful) => conversation.giveFeedback(message.id, helpful);
    const more = () => {
      if (state.status !== "bot" || message !== lastReply) return;
      if (message.quick_replies.some(asksForPerson)) return;
      const offer = { title: say("askPerson"), text: PERSON };
      const choices = drawChoices([offer], choose);
      log.tail.prepend(choices);
      log.reveal(null);
    };
    node.append(drawFeedback(conversation.feedbackOn(message.id), give, more));
  }

  /** What belongs to the end of the record: suggestions of the latest reply, the rating. */
  function drawTail() {
    const parts = [];
    if (lastReply && lastReply === last) parts.push(drawReplies(lastReply));
    if (rating) parts.push(rating);
    log.tail.replaceChildren(...parts.filter(Boolean));
  }

  function drawReplies(message) {
    const input = inputFor(message);
    if (input) return drawQuestion(input, choose);
    const isFirst = messages.length === 1;
    const first = isFirst && startTopic ? { title: startTopic, text: startTopic } : null;
    if (!message.quick_replies.length && !first) return null;
    const isList = message.kind === "choices";
    return drawChoices(message.quick_replies, choose, { isList, first });
  }

  function choose(text) {
    on.ask(text);
  }

  // Messages on their way.

  function drawEntry(entry) {
    if (!entry.node) {
      entry.node = drawOwn(entry.message.text);
      log.pending.append(entry.node);
      log.toEnd();
    }
    const retry = ["retry", () => (isGone ? sayAnew(entry) : outbox.retry(entry))];
    const drop = ["drop", () => outbox.drop(entry)];
    if (entry.state === "failed") {
      stopAwaiting();
      const { error } = entry;
      const text = error.message || say("failed");
      showState(entry.node, "failed", { text, acts: error.isFinal ? [drop] : [retry, drop] });
      log.reveal(null);
    } else if (entry.state === "queued") {
      stopAwaiting();
      showState(entry.node, "queued", { acts: [drop] });
    } else {
      showState(entry.node, "sending");
      awaitAnswer();
    }
  }

  function sayAnew(entry) {
    outbox.drop(entry);
    on.ask(entry.message.text);
  }

  function count() {
    state.unsent = outbox.unsent();
    on.status();
  }

  function awaitAnswer() {
    isAwaiting = true;
    clearTimeout(answerTimer);
    answerTimer = setTimeout(stopAwaiting, ANSWER_MS);
    showWriter();
  }

  function stopAwaiting() {
    isAwaiting = false;
    showWriter();
  }

  // Who is writing, who has read, who has the conversation.

  // Word of the bot at work may come behind what it has said.
  function hearWriter(by) {
    if (by !== "bot" || isAwaiting || !last || last.author === "worker") setWriter(by);
  }

  function setWriter(by) {
    writer = by;
    clearTimeout(writerTimer);
    if (by) writerTimer = setTimeout(() => setWriter(null), TYPING_MS);
    showWriter();
  }

  function showWriter() {
    // While a person has the conversation the bot says nothing.
    const by = writer || (isAwaiting && state.status === "bot" ? "bot" : null);
    clearTimeout(showTimer);
    if (!by) {
      log.typing.replaceChildren();
      return;
    }
    showTimer = setTimeout(() => {
      if (log.typing.firstChild) return;
      log.typing.append(drawTyping(by));
      if (log.isAtEnd()) log.toEnd();
    }, TYPING_AFTER_MS);
  }

  function setRead(messageId) {
    if (own && own.message.id <= messageId) showState(own.node, "read", { at: own.message.created_at });
  }

  /** Tell the desk what the worker has seen. */
  function tellRead() {
    if (!last || document.hidden || !log.isAtEnd() || !on.isSeen()) return;
    feed.tell({ type: "read", message_id: last.id });
  }

  function setStatus(status) {
    const before = state.status;
    if (status === before) return;
    state.status = status;
    forgetWords();
    if (status === "closed") askForRating();
    else if (rating) {
      rating = null;
      drawTail();
    }
    // It went on in another conversation: ask in which.
    if (before === "closed") feed.poll().catch(() => {});
    on.status();
  }

  function askForRating() {
    const id = conversation.currentId();
    if (rating || conversation.isRated(id) || !messages.length) return;
    rating = drawRating((score, comment) => conversation.rate(id, score, comment));
    drawTail();
    log.reveal(null);
  }

  function setConnected(isConnected) {
    if (state.isConnected !== isConnected) {
      state.isConnected = isConnected;
      on.status();
    }
    if (isConnected) {
      isReplaying = false;
      outbox.flush();
    }
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
    isEmpty: () => !messages.length,
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

    startTyping: () => state.status === "with_staff" && feed.tell({ type: "typing" }),
    seen: tellRead,

    /** Draw everything again, in another language. */
    redraw() {
      const all = messages;
      messages = [];
      last = lastReply = own = null;
      log.record.replaceChildren();
      log.record.append(...all.flatMap((message) => draw(message, true)));
      forgetWords();
      drawTail();
      log.toEnd();
    },

    /** Something else comes into the window. */
    stop() {
      isStopped = true;
      feed.stop();
      outbox.stop();
      for (const timer of [writerTimer, answerTimer, showTimer]) clearTimeout(timer);
    },
  };
}

/** What stands in the log when no conversation could be begun. */
export function drawStartFailure(text, retry) {
  return el(
    "div",
    { class: "trouble", role: "alert" },
    el("p", {}, text),
    button({ class: "primary", onclick: retry }, say("reconnect")),
  );
}

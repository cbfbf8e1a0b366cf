// The record of a conversation as it is shown, and what belongs to its end.

import {
  authorName,
  drawChoices,
  drawMessage,
  drawOwn,
  showState,
  timeLine,
} from "./message_view.js";
import { drawFeedback, drawRating } from "./opinion_view.js";
import { drawQuestion } from "./question_view.js";
import { inputFor } from "./questions.js";
import { say } from "./say.js";
import { asksForPerson, PERSON, promiseIn, staffNameIn } from "./server_words.js";

const byWorker = ({ author }) => author === "worker";

/**
 * `state` takes what messages say of the colleague and of the wait. `nodeOf(message)`: the node
 * of a message that was shown on its way, or null. `ask(text)`: a suggestion was tapped.
 */
export function createRecordView(conversation, { log, state, startTopic, nodeOf, ask }) {
  let messages = [];
  let last = null;
  let lastReply = null; // the latest that is not the worker's
  let own = null; // the worker's latest: {node, message}
  let rating = null;

  /** The nodes of the next message. */
  function draw(message) {
    const previous = last;
    messages.push(message);
    last = message;
    const time = timeLine(message, previous);
    const node = byWorker(message)
      ? drawWorkers(message)
      : drawReply(message, Boolean(time) || !previous || previous.author !== message.author);
    return time ? [time, node] : [node];
  }

  function drawWorkers(message) {
    const node = nodeOf(message) || drawOwn(message.text);
    // Its time stays where it is, or what is below would move.
    if (own) showState(own.node, "delivered", { text: "", at: own.message.created_at });
    own = { node, message };
    showState(node, "delivered", { at: message.created_at });
    return node;
  }

  function drawReply(message, isNew) {
    const { author, kind, text } = message;
    lastReply = message;
    if (author === "system") state.staffName = staffNameIn(text) || state.staffName;
    if (author !== "staff") state.promise = promiseIn(text) || state.promise;
    const node = drawMessage(message, { isNew, staffName: state.staffName });
    if (author === "bot" && kind === "answer") node.append(drawOpinion(message));
    return node;
  }

  function drawOpinion(message) {
    const give = (helpful) => conversation.giveFeedback(message.id, helpful);
    const offerPerson = () => {
      if (state.status !== "bot" || message !== last) return;
      if (message.quick_replies.some(asksForPerson)) return;
      log.tail.prepend(drawChoices([{ title: say("askPerson"), text: PERSON }], ask));
      log.keepEnd();
    };
    return drawFeedback(conversation.feedbackOn(message.id), give, offerPerson);
  }

  /** Suggestions of the latest reply, and the rating. */
  function drawTail() {
    const replies = last && last === lastReply ? drawReplies(last) : null;
    log.tail.replaceChildren(...[replies, rating].filter(Boolean));
  }

  function drawReplies(message) {
    const input = inputFor(message);
    if (input) return drawQuestion(input, ask);
    const isFirst = messages.length === 1;
    const first = isFirst && startTopic ? { title: startTopic, text: startTopic } : null;
    if (!message.quick_replies.length && !first) return null;
    return drawChoices(message.quick_replies, ask, { isList: message.kind === "choices", first });
  }

  // What notices said holds for as long as the status does.
  function forgetWords() {
    if (state.status !== "waiting") state.promise = null;
    if (state.status === "bot") state.staffName = null;
  }

  return {
    last: () => last,

    /** Show the next messages; returns the first node of the first reply among them, or null. */
    add(news) {
      const drawn = news.map(draw);
      log.record.append(...drawn.flat());
      drawTail();
      const first = news.findIndex((message) => !byWorker(message));
      return first < 0 ? null : drawn[first][0];
    },

    nameOf: (message) => authorName(message, state.staffName),

    /** The colleague has read up to a message. */
    setRead(messageId) {
      if (!own || own.message.id > messageId) return;
      showState(own.node, "read", { at: own.message.created_at });
    },

    /** The conversation has another status: ask for a rating at its end, and not behind it. */
    followStatus() {
      forgetWords();
      const id = conversation.currentId();
      const isAsked = state.status === "closed" && last && !conversation.isRated(id);
      if (Boolean(rating) === Boolean(isAsked)) return;
      rating = isAsked
        ? drawRating((score, comment) => conversation.rate(id, score, comment))
        : null;
      drawTail();
      log.keepEnd();
    },

    /** Draw everything again, in another language. */
    redraw() {
      const all = messages;
      messages = [];
      last = lastReply = own = null;
      log.record.replaceChildren(...all.flatMap(draw));
      forgetWords();
      drawTail();
      log.toEnd();
    },
  };
}

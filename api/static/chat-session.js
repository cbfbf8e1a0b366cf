// One conversation on the page: its record, and the worker's messages on their way into it.

import { Refusal } from "./chat-api.js";
import { Feed } from "./chat-live.js";
import { drawFeedback, drawRating } from "./chat-opinions.js";
import * as view from "./chat-view.js";

const TYPING_MS = 6000;

// What the gateway may leave out of a message when it stores it, and white space.
const visible = (text) => text.replace(/[\p{C}\s]/gu, "");

export const explain = (error, fallback) =>
  (error instanceof Refusal && error.message) || view.say(fallback);

/**
 * `onGone()`: the conversation was deleted. `ask(text)`: the worker says something, here or in a
 * new conversation.
 */
export class Chat {
  #conversation;
  #feed;
  #onGone;
  #ask;
  #status = null;
  #staffName = null;
  #isConnected = true;
  #isLeft = false;
  #isResumed = false; // the first of the record are old
  #unplaced = []; // own messages that have not come back in the record: {message, node, failed}
  #underway = 0;
  #typingTimer;
  #rating = null;

  constructor(conversation, { onGone, ask }) {
    this.#conversation = conversation;
    this.#onGone = onGone;
    this.#ask = ask;
    this.isGone = false;
    this.#feed = new Feed(conversation, {
      message: (message) => this.#show(message),
      caughtUp: () => this.#showTyping(null),
      status: (status) => this.#setStatus(status),
      typing: (by) => this.#showTyping(by),
      connected: (isConnected) => this.#setConnected(isConnected),
      gone: () => this.#end(),
    });
  }

  /** Whether nothing of the record is on the page. */
  get isEmpty() {
    return this.#feed.last === null;
  }

  /** Begin with the greeting of a new conversation. */
  begin(created) {
    this.#feed.take(created);
    this.#feed.start();
  }

  /** Go on after a reload; messages that were not answered are sent again under their ids. */
  async resume() {
    this.#isResumed = true;
    const sent = this.#conversation.pending.map((message) => this.#draw(message));
    this.#feed.start();
    for (const own of sent) {
      await this.#deliver(own); // in their order
      if (this.#isLeft) return;
    }
  }

  /** Something else comes onto the page. */
  leave() {
    this.#isLeft = true;
    this.#feed.stop();
    clearTimeout(this.#typingTimer);
    this.#conversation.forget();
  }

  say(text) {
    view.clearChoices();
    this.#deliver(this.#draw(this.#conversation.add(text, this.#feed.last)));
  }

  #draw(message) {
    const own = { message, node: view.drawPending(message.text), failed: false };
    this.#unplaced.push(own);
    return own;
  }

  async #deliver(own) {
    own.failed = false;
    view.clearFailure(own.node);
    this.#underway += 1;
    this.#showTyping(null);
    let failure = null;
    try {
      await this.#receive(own, await this.#conversation.send(own.message));
    } catch (error) {
      failure = error;
    }
    if (this.#isLeft) return;
    this.#underway -= 1;
    // It may have arrived all the same, and only the answer was lost.
    if (failure && this.#unplaced.includes(own)) this.#fail(own, failure);
    this.#showTyping(null);
  }

  /** The record has it all, in order; the response counts where the record cannot be read. */
  async #receive(own, { messages }) {
    const isPlaced = () => !this.#unplaced.includes(own);
    if (isPlaced() && messages.every(({ id }) => this.#feed.has(id))) return;
    try {
      await this.#feed.poll();
    } catch {
      if (this.#isLeft) return;
      if (!isPlaced()) view.place(own.node);
      this.#feed.takeLoose(messages);
    }
  }

  #fail(own, error) {
    own.failed = true;
    if (error instanceof Refusal && error.isFinal) {
      this.#conversation.settle(own.message);
      this.#forgetUnplaced(own);
      view.place(own.node);
      view.drawFailure(own.node, explain(error, "notSent"));
      return;
    }
    view.drawFailure(own.node, explain(error, "notSent"), () => this.#retry(own));
  }

  #retry(own) {
    if (!this.isGone) {
      this.#deliver(own);
      return;
    }
    own.node.remove();
    this.#ask(own.message.text);
  }

  #show(message) {
    if (this.#isResumed && this.isEmpty) view.beQuiet();
    if (message.author === "system") {
      this.#staffName = view.staffNameIn(message.text) ?? this.#staffName;
    }
    const own = message.author === "worker" ? this.#recognise(message) : null;
    if (own) {
      this.#forgetUnplaced(own);
      this.#conversation.settle(own.message);
      view.clearFailure(own.node);
      view.place(own.node);
      return;
    }
    view.clearChoices();
    const node = view.drawMessage(message, this.#ask);
    if (message.author === "bot" && message.kind === "answer") {
      drawFeedback(node, this.#conversation.feedbackOn(message.id), (helpful) =>
        this.#conversation.giveFeedback(message.id, helpful),
      );
    }
    view.place(node);
    if (this.#rating) view.place(this.#rating); // it stands last
  }

  /** The record does not say which of this tab's messages it is: one with the same words, said
   * after what the worker had read then. */
  #recognise({ text }) {
    const candidates = this.#unplaced.filter(
      ({ message: { text: said, after } }) =>
        visible(said) === visible(text) && (!after || this.#feed.has(after)),
    );
    return candidates.find(({ failed }) => !failed) ?? candidates[0];
  }

  #forgetUnplaced(own) {
    this.#unplaced = this.#unplaced.filter((other) => other !== own);
  }

  #setStatus(status) {
    const isNews = status !== this.#status;
    this.#status = status;
    this.#showStatus();
    if (isNews && status === "closed") this.#askForRating();
    if (status !== "closed") this.#rating = null;
  }

  #askForRating() {
    const id = this.#conversation.currentId;
    if (this.#rating || this.#conversation.isRated(id)) return;
    this.#rating = drawRating((score, comment) => this.#conversation.rate(id, score, comment));
  }

  #setConnected(isConnected) {
    this.#isConnected = isConnected;
    this.#showStatus();
  }

  #showStatus() {
    if (this.#status || !this.#isConnected) {
      view.showStatus(this.#status, { name: this.#staffName, isConnected: this.#isConnected });
    }
  }

  #showTyping(by) {
    clearTimeout(this.#typingTimer);
    if (by) this.#typingTimer = setTimeout(() => this.#showTyping(null), TYPING_MS);
    // While a person has the conversation the bot says nothing.
    view.showTyping(by ?? (this.#underway > 0 && this.#status === "bot" ? "bot" : null));
  }

  #end() {
    this.isGone = true;
    this.#conversation.forget();
    this.#status = "closed";
    this.#setConnected(true);
    this.#onGone();
  }
}

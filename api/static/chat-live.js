// A conversation's record as it grows: told over a socket, asked for while there is none.

import { Refusal, isGone } from "./chat-api.js";

const POLL_MS = 4000;
const FIRST_POLL_MS = 1000; // time for the first socket
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const OPEN_WITHIN_MS = 10000;
const SILENT_FOR_MS = 60000; // the gateway pings every 25 s

/**
 * Hands on each message of the record once, in the record's order, and what else there is to know.
 *
 * `on`: `message(message)`; `caughtUp()` after some of them; `status(status)`; `typing(by)`;
 * `connected(boolean)`: whether anything comes through; `gone()`: the conversation was deleted.
 */
export class Feed {
  #conversation;
  #on;
  #seen = new Set();
  #last = null; // up to here the record is known without a gap
  #statusAt = 0;
  #socket = null;
  #isLive = false; // the socket has answered
  #pause = FIRST_PAUSE_MS;
  #pollTimer;
  #socketTimer; // until the next socket, or until this one counts as dead
  #stopping = new AbortController();

  constructor(conversation, on) {
    this.#conversation = conversation;
    this.#on = on;
  }

  /** The last message of the record that was handed on, null before the first. */
  get last() {
    return this.#last;
  }

  has(id) {
    return this.#seen.has(id);
  }

  start() {
    const { signal } = this.#stopping;
    window.addEventListener("online", () => this.#wake(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake(), {
      signal,
    });
    this.#connect();
    this.#pollIn(FIRST_POLL_MS);
  }

  stop() {
    this.#stopping.abort();
    this.#leaveSocket();
    clearTimeout(this.#pollTimer);
  }

  /** Hand on a response of the gateway that continues the record. */
  take({ messages, status }, asOf = performance.now()) {
    for (const message of messages) {
      if (this.#handOn(message)) this.#last = message.id;
    }
    // A slow response must not bring back a status that has changed since.
    if (asOf >= this.#statusAt) {
      this.#statusAt = asOf;
      this.#on.status(status);
    }
    this.#on.caughtUp();
  }

  /** Hand on messages of which it is not known what stands before them. */
  takeLoose(messages) {
    for (const message of messages) this.#handOn(message);
    this.#on.caughtUp();
  }

  /** Look now. Rejects if nothing comes through. */
  async poll() {
    const asOf = performance.now();
    try {
      const result = await this.#conversation.history(this.#last);
      if (!this.#isStopped) this.take(result, asOf);
    } catch (error) {
      if (error instanceof Refusal) this.#refused(error.code);
      throw error;
    }
  }

  get #isStopped() {
    return this.#stopping.signal.aborted;
  }

  #handOn(message) {
    if (this.#seen.has(message.id)) return false;
    this.#on.message(message);
    this.#seen.add(message.id);
    return true;
  }

  #refused(code) {
    if (this.#isStopped) return;
    // Retention has taken the message that was last here; what is left comes from the beginning.
    if (code === "message_not_found") this.#last = null;
    if (isGone(code)) {
      this.stop();
      this.#on.gone();
    }
  }

  // Polling, for as long as there is no socket. A page that nobody looks at does not ask.

  #pollIn(milliseconds) {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = setTimeout(() => this.#pollOn(), milliseconds);
  }

  async #pollOn() {
    if (!document.hidden) {
      try {
        await this.poll();
        this.#on.connected(true);
      } catch (error) {
        if (!this.#isStopped) this.#on.connected(error instanceof Refusal);
      }
    }
    if (!this.#isLive && !this.#isStopped) this.#pollIn(POLL_MS);
  }

  // The socket.

  #connect() {
    this.#leaveSocket();
    let socket;
    try {
      socket = this.#conversation.openSocket();
    } catch {
      this.#connectLater();
      return;
    }
    this.#socket = socket;
    socket.onopen = () => this.#tell({ type: "hello", after: this.#last });
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    socket.onclose = () => this.#lose();
    this.#loseIn(OPEN_WITHIN_MS);
  }

  // A phone that changes networks does not hear that its socket is dead.
  #loseIn(milliseconds) {
    clearTimeout(this.#socketTimer);
    this.#socketTimer = setTimeout(() => this.#lose(), milliseconds);
  }

  #lose() {
    if (this.#isLive) this.#pollIn(0);
    this.#leaveSocket();
    this.#connectLater();
  }

  #leaveSocket() {
    clearTimeout(this.#socketTimer);
    this.#isLive = false;
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  /** Pauses double, and part of each is random: not all come back at once. */
  #connectLater() {
    const pause = this.#pause * (0.5 + Math.random() / 2);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    this.#socketTimer = setTimeout(() => this.#connect(), pause);
  }

  #wake() {
    this.#pollIn(0);
    if (this.#isLive) return;
    this.#pause = FIRST_PAUSE_MS;
    this.#connect();
  }

  #tell(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #hear(frame) {
    this.#loseIn(SILENT_FOR_MS);
    switch (frame.type) {
      case "messages":
        this.#answered();
        this.take(frame);
        break;
      case "status":
        this.#answered();
        this.take({ messages: [], status: frame.status });
        break;
      case "typing":
        this.#on.typing(frame.by);
        break;
      case "ping":
        this.#tell({ type: "pong" });
        break;
      case "error":
        this.#refused(frame.error.code);
        break;
    }
  }

  #answered() {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#pause = FIRST_PAUSE_MS;
    clearTimeout(this.#pollTimer);
    this.#on.connected(true);
  }
}

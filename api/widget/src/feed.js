// A conversation's record as it grows: told over a socket, asked for while there is none.

import { isGone, Refusal } from "./http.js";

const POLL_MS = 4000;
const FIRST_POLL_MS = 1000; // time for the first socket
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const OPEN_WITHIN_MS = 10000;
const SILENT_FOR_MS = 60000; // the gateway pings every 25 s

/**
 * Hands on each message of the record once, in the record's order, and what else there is to know.
 *
 * `on`: `messages(list)`; `status(status)`; `typing(by)`; `read(by, messageId)`;
 * `connected(boolean)`: whether anything comes through; `live(boolean)`: whether the socket does;
 * `accepted(clientId, messageId)` and `refused(clientId, refusal)` of what was told over the
 * socket; `gone()`: the conversation was deleted.
 */
export function createFeed(conversation, on) {
  const seen = new Set();
  let last = null; // up to here the record is known without a gap
  let statusAt = 0;
  let socket = null;
  let isLive = false; // the socket has answered
  let pause = FIRST_PAUSE_MS;
  let pollTimer;
  let socketTimer; // until the next socket, or until this one counts as dead
  let isStopped = false;

  /** Hand on a response of the gateway that continues the record. */
  function take({ messages, status }, asOf = performance.now()) {
    const news = unseen(messages);
    if (news.length) last = news[news.length - 1].id;
    // A slow response must not bring back a status that has changed since.
    const isCurrent = asOf >= statusAt;
    if (isCurrent) statusAt = asOf;
    on.messages(news);
    if (isCurrent) on.status(status);
  }

  function unseen(messages) {
    const news = messages.filter(({ id }) => !seen.has(id));
    for (const { id } of news) seen.add(id);
    return news;
  }

  /** Look now. Rejects if nothing comes through. */
  async function poll() {
    const asOf = performance.now();
    try {
      const result = await conversation.history(last);
      if (!isStopped) take(result, asOf);
    } catch (error) {
      if (error instanceof Refusal) refused(error.code);
      throw error;
    }
  }

  function refused(code) {
    if (isStopped) return;
    // Retention has taken the message that was last here; what is left comes from the beginning.
    if (code === "message_not_found") last = null;
    if (isGone(code)) {
      stop();
      on.gone();
    }
  }

  // Polling, for as long as there is no socket. A page that nobody looks at does not ask.

  function pollIn(milliseconds) {
    clearTimeout(pollTimer);
    pollTimer = setTimeout(pollOn, milliseconds);
  }

  async function pollOn() {
    if (!document.hidden) {
      try {
        await poll();
        if (!isStopped) on.connected(true);
      } catch (error) {
        if (!isStopped) on.connected(error instanceof Refusal);
      }
    }
    if (!isLive && !isStopped) pollIn(POLL_MS);
  }

  // The socket.

  function connect() {
    leaveSocket();
    try {
      socket = conversation.openSocket();
    } catch {
      connectLater();
      return;
    }
    socket.onopen = () => tell({ type: "hello", after: last });
    socket.onmessage = (event) => hear(JSON.parse(event.data));
    socket.onclose = lose;
    loseIn(OPEN_WITHIN_MS);
  }

  // A phone that changes networks does not hear that its socket is dead.
  function loseIn(milliseconds) {
    clearTimeout(socketTimer);
    socketTimer = setTimeout(lose, milliseconds);
  }

  function lose() {
    const wasLive = isLive;
    leaveSocket();
    connectLater();
    if (!wasLive) return;
    pollIn(0);
    on.live(false);
  }

  function leaveSocket() {
    clearTimeout(socketTimer);
    isLive = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }

  /** Pauses double, and part of each is random: not all come back at once. */
  function connectLater() {
    const milliseconds = pause * (0.5 + Math.random() / 2);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    socketTimer = setTimeout(connect, milliseconds);
  }

  function wake() {
    pollIn(0);
    if (isLive) return;
    pause = FIRST_PAUSE_MS;
    connect();
  }

  function sleep() {
    if (isLive) lose();
    on.connected(false);
  }

  const wakeIfSeen = () => document.hidden || wake();

  function tell(frame) {
    socket.send(JSON.stringify(frame));
  }

  function hear(frame) {
    loseIn(SILENT_FOR_MS);
    switch (frame.type) {
      case "messages":
        take(frame);
        answered();
        break;
      case "status":
        take({ messages: [], status: frame.status });
        answered();
        break;
      case "accepted":
        on.accepted(frame.client_message_id, frame.message_id);
        break;
      case "typing":
        on.typing(frame.by);
        break;
      case "read":
        on.read(frame.by, frame.message_id);
        break;
      case "ping":
        tell({ type: "pong" });
        break;
      case "error":
        if (frame.client_message_id) {
          on.refused(frame.client_message_id, new Refusal(0, frame.error, frame.retry_after));
        }
        refused(frame.error.code);
        break;
    }
  }

  function answered() {
    if (isLive || isStopped) return;
    isLive = true;
    pause = FIRST_PAUSE_MS;
    clearTimeout(pollTimer);
    on.connected(true);
    on.live(true);
  }

  function stop() {
    isStopped = true;
    window.removeEventListener("online", wake);
    window.removeEventListener("offline", sleep);
    document.removeEventListener("visibilitychange", wakeIfSeen);
    leaveSocket();
    clearTimeout(pollTimer);
  }

  return {
    start() {
      window.addEventListener("online", wake);
      window.addEventListener("offline", sleep);
      document.addEventListener("visibilitychange", wakeIfSeen);
      connect();
      pollIn(FIRST_POLL_MS);
    },
    stop,
    take,
    poll,
    /** Hand on messages of which it is not known what stands before them. */
    takeLoose: (messages) => on.messages(unseen(messages)),
    last: () => last,
    has: (id) => seen.has(id),
    isLive: () => isLive,
    /** Say something over the socket; nothing happens without one. */
    tell(frame) {
      if (isLive) tell(frame);
    },
    /** The socket did not answer: have another one. */
    lose,
  };
}

// The worker chat API (/api/v1/conversations…) and what this tab remembers of it.

const BASE = "/api/v1/conversations";
const KEY = "union-chat";
const TIMEOUT_MS = 30000;
const PROTOCOL = "union-chat.v1";
const GONE = ["unauthorized", "conversation_not_found"];
const LATER = [408, 429];

/** A refusal by the gateway: `message` is Chinese and can be shown. */
export class Refusal extends Error {
  constructor(status, error) {
    super(error?.message ?? "");
    this.status = status;
    this.code = error?.code;
  }

  /** The same request will always be refused. */
  get isFinal() {
    return this.status < 500 && !LATER.includes(this.status) && !isGone(this.code);
  }
}

/** Whether a code of an error says that the conversation was deleted. */
export const isGone = (code) => GONE.includes(code);

async function call(path, { method = "GET", token, body } = {}) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(BASE + path, {
    method,
    headers,
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const data = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Refusal(response.status, data.error);
  return data;
}

// Also outside of https, where crypto.randomUUID is missing.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * One worker's conversation and those that went on from it: the first address is good for all.
 *
 * A reload of the tab keeps it, with the messages that are not known to be in the record (under
 * their ids), and with what the worker thought of it, which the gateway does not tell again.
 */
export class Conversation {
  #state;

  constructor(state) {
    this.#state = { chain: [state.id], pending: [], rated: [], feedback: {}, ...state };
  }

  static remembered() {
    try {
      const state = JSON.parse(sessionStorage.getItem(KEY));
      return state?.id && state.token ? new Conversation(state) : null;
    } catch {
      return null;
    }
  }

  /** A new one, and the response that brings its greeting. */
  static async create() {
    const created = await call("", { method: "POST", body: { channel: "web" } });
    const conversation = new Conversation({ id: created.conversation_id, token: created.token });
    try {
      sessionStorage.setItem(KEY, JSON.stringify(conversation.#state));
    } catch {
      // A browser that stores nothing: it lasts until the next reload.
    }
    return { conversation, created };
  }

  forget() {
    if (this.#isRemembered()) sessionStorage.removeItem(KEY);
  }

  /** The conversation that goes on now. */
  get currentId() {
    return this.#state.chain.at(-1);
  }

  /** Take note of the conversation in which it went on, if a response names one. */
  follow(id) {
    if (!id || id === this.currentId) return;
    this.#state.chain.push(id);
    this.#remember();
  }

  async history(after) {
    const query = after ? `?after=${encodeURIComponent(after)}` : "";
    const result = await this.#call(`/${this.#state.id}/messages${query}`);
    this.follow(result.conversation_id);
    return result;
  }

  /** A socket to the live channel. Throws where a policy of the page forbids it. */
  openSocket() {
    const url = new URL(`${BASE}/${this.#state.id}/ws`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    return new WebSocket(url, [PROTOCOL, `bearer.${this.#state.token}`]);
  }

  get pending() {
    return [...this.#state.pending];
  }

  /** A message to be sent. `after`: the last one in the record that the worker had before it. */
  add(text, after) {
    const message = { text, client_message_id: newId(), after };
    this.#state.pending.push(message);
    this.#remember();
    return message;
  }

  /** The message is in the record, or will never be. */
  settle({ client_message_id: id }) {
    this.#state.pending = this.#state.pending.filter((other) => other.client_message_id !== id);
    this.#remember();
  }

  /** Send or send again: the gateway handles an id once. */
  async send(message) {
    const { text, client_message_id } = message;
    const body = { text, client_message_id };
    const result = await this.#call(`/${this.#state.id}/messages`, { method: "POST", body });
    this.settle(message);
    this.follow(result.conversation_id);
    return result;
  }

  isRated(id) {
    return this.#state.rated.includes(id);
  }

  async rate(id, score, comment) {
    await this.#call(`/${id}/rating`, { method: "POST", body: { score, comment } });
    this.#state.rated.push(id);
    this.#remember();
  }

  /** Whether the worker found an answer helpful; undefined before that. */
  feedbackOn(messageId) {
    return this.#state.feedback[messageId];
  }

  /** A message does not say in which conversation it stands: the latest is the likeliest. */
  async giveFeedback(messageId, helpful) {
    const ids = [...this.#state.chain].reverse();
    for (const id of ids) {
      try {
        await this.#call(`/${id}/messages/${messageId}/feedback`, {
          method: "POST",
          body: { helpful },
        });
        break;
      } catch (error) {
        if (error.code !== "message_not_found" || id === ids.at(-1)) throw error;
      }
    }
    this.#state.feedback[messageId] = helpful;
    this.#remember();
  }

  #call(path, options = {}) {
    return call(path, { ...options, token: this.#state.token });
  }

  // A tab that has begun another conversation meanwhile must not get this one back.
  #isRemembered() {
    return Conversation.remembered()?.#state.id === this.#state.id;
  }

  #remember() {
    if (this.#isRemembered()) sessionStorage.setItem(KEY, JSON.stringify(this.#state));
  }
}

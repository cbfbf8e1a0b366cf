// The worker chat API (POST/GET /api/v1/conversations…) and what this tab remembers of it.

const BASE = "/api/v1/conversations";
const KEY = "union-chat";
const TIMEOUT_MS = 30000;

/** A refusal by the gateway: `message` is Chinese and can be shown. */
export class Refusal extends Error {
  constructor(status, error) {
    super(error?.message ?? "");
    this.status = status;
    this.code = error?.code;
  }
}

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
  const data = await response.json();
  if (!response.ok) throw new Refusal(response.status, data.error);
  return data;
}

// Also outside of https, where crypto.randomUUID is missing.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One conversation of this tab. Messages not yet answered survive a reload, with their ids. */
export class Conversation {
  constructor(state) {
    this.state = state;
  }

  static remembered() {
    try {
      const state = JSON.parse(sessionStorage.getItem(KEY));
      return state?.id && state.token ? new Conversation(state) : null;
    } catch {
      return null;
    }
  }

  static forget() {
    sessionStorage.removeItem(KEY);
  }

  static async create() {
    const created = await call("", { method: "POST", body: { channel: "web" } });
    const conversation = new Conversation({
      id: created.conversation_id,
      token: created.token,
      pending: [],
    });
    conversation.remember();
    return { conversation, ...created };
  }

  remember() {
    sessionStorage.setItem(KEY, JSON.stringify(this.state));
  }

  get pending() {
    return this.state.pending;
  }

  history(after) {
    const query = after ? `?after=${encodeURIComponent(after)}` : "";
    return call(`/${this.state.id}/messages${query}`, { token: this.state.token });
  }

  add(text) {
    const message = { text, client_message_id: newId() };
    this.pending.push(message);
    this.remember();
    return message;
  }

  /** Send or send again: the gateway handles an id once. A refused message is not kept. */
  async send(message) {
    try {
      const result = await call(`/${this.state.id}/messages`, {
        method: "POST",
        token: this.state.token,
        body: message,
      });
      this.#settle(message);
      return result;
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) this.#settle(message);
      throw error;
    }
  }

  #settle(message) {
    this.state.pending = this.pending.filter(
      (other) => other.client_message_id !== message.client_message_id,
    );
    // A tab that has begun another conversation meanwhile must not get this one back.
    if (Conversation.remembered()?.state.id === this.state.id) this.remember();
  }
}

// One worker's conversation and those that went on from it: the first address is good for all.

import { call, callJson, newId, Refusal } from "./http.js";

const PROTOCOL = "union-chat.v1";
const EXPORT_NAME = "union-assistant-export.json";

/** Begin a conversation. Resolves to its state and to the response with the greeting. */
export async function beginConversation(gateway) {
  const created = await callJson(`${gateway}api/v1/conversations`, {
    method: "POST",
    body: { channel: "web" },
  });
  return { state: { id: created.conversation_id, token: created.token }, created };
}

/**
 * `memory` keeps its state: ids of the chain, token, messages not known to be in the record, and
 * what the worker thought of it, which the gateway does not tell again. `onChange` is told of
 * what other tabs should know.
 */
export function createConversation(gateway, given, memory, onChange) {
  const state = { chain: [given.id], pending: [], rated: [], feedback: {}, ...given };
  const api = `${gateway}api/v1/`;
  const base = `${api}conversations/`;
  const own = `${base}${state.id}`;
  const keep = () => memory.write(state);
  const request = (url, options = {}) => callJson(url, { ...options, token: state.token });
  const currentId = () => state.chain[state.chain.length - 1];

  function follow(id) {
    if (!id || id === currentId()) return;
    state.chain.push(id);
    changed();
  }

  function changed() {
    keep();
    onChange();
  }

  keep();
  return {
    id: state.id,
    currentId,

    /** What another tab needs to show the same; its own unsent messages are its own. */
    shared: () => ({ ...state, pending: [] }),

    /** Take over what another tab has learnt. */
    merge(other) {
      if (other.id !== state.id) return;
      state.chain = other.chain.length > state.chain.length ? other.chain : state.chain;
      state.rated = Array.from(new Set([...state.rated, ...other.rated]));
      Object.assign(state.feedback, other.feedback);
      keep();
    },

    async history(after) {
      const query = after ? `?after=${encodeURIComponent(after)}` : "";
      const result = await request(`${own}/messages${query}`);
      follow(result.conversation_id);
      return result;
    },

    /** A socket to the live channel. Throws where a policy of the page forbids it. */
    openSocket() {
      const url = `${own}/ws`.replace(/^http/, "ws");
      return new WebSocket(url, [PROTOCOL, `bearer.${state.token}`]);
    },

    pending: () => [...state.pending],

    add(text) {
      const message = { text, client_message_id: newId() };
      state.pending.push(message);
      keep();
      return message;
    },

    /** The message is in the record, or will never be. */
    settle({ client_message_id: id }) {
      state.pending = state.pending.filter((other) => other.client_message_id !== id);
      keep();
    },

    /** Send or send again: the gateway handles an id once. */
    async send({ text, client_message_id }) {
      const body = { text, client_message_id };
      const result = await request(`${own}/messages`, { method: "POST", body });
      follow(result.conversation_id);
      return result;
    },

    /** Where files go, and with what. */
    uploadTo: () => ({ url: `${base}${currentId()}/attachments`, token: state.token }),

    isRated: (id) => state.rated.includes(id),

    async rate(id, score, comment) {
      await request(`${base}${id}/rating`, { method: "POST", body: { score, comment } });
      state.rated.push(id);
      changed();
    },

    /** Whether the worker found an answer helpful; undefined before that. */
    feedbackOn: (messageId) => state.feedback[messageId],

    /** A message does not say in which conversation it stands: the latest is the likeliest. */
    async giveFeedback(messageId, helpful) {
      const ids = [...state.chain].reverse();
      for (const id of ids) {
        try {
          const url = `${base}${id}/messages/${messageId}/feedback`;
          await request(url, { method: "POST", body: { helpful } });
          break;
        } catch (error) {
          const isElsewhere = error instanceof Refusal && error.code === "message_not_found";
          if (!isElsewhere || id === ids[ids.length - 1]) throw error;
        }
      }
      state.feedback[messageId] = helpful;
      changed();
    },

    /** A file of everything about the worker. */
    async exported() {
      const response = await call(`${api}me/export`, { token: state.token });
      return { name: EXPORT_NAME, blob: await response.blob() };
    },

    /** Erase everything about the worker. Resolves to what is said about it. */
    erase: () => request(`${api}me`, { method: "DELETE" }),
  };
}

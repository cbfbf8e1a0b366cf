// Calls to the gateway.

const TIMEOUT_MS = 30000;
const GONE = ["unauthorized", "conversation_not_found"];
const LATER = [408, 429];

/** Whether a code of an error says that the conversation was deleted. */
export const isGone = (code) => GONE.includes(code);

/** A refusal by the gateway; `message` is Chinese and can be shown, `status` is 0 on a socket.
 * `retryAfter`: seconds after which it may be asked again, NaN where it did not say. */
export class Refusal extends Error {
  constructor(status, error, retryAfter) {
    super((error && error.message) || "");
    this.status = status;
    this.code = error && error.code;
    this.retryAfter = parseInt(retryAfter, 10);
  }

  /** The same request will always be refused. */
  get isFinal() {
    const isLater = this.status
      ? this.status >= 500 || LATER.includes(this.status)
      : ["too_many_requests", "storage_unavailable", "internal_error"].includes(this.code);
    return !isLater && !isGone(this.code);
  }
}

/** Where the gateway is: beside this module, unless the page says something else. */
export const gatewayOf = (address) => new URL(address || ".", import.meta.url).href;

/** Call a path. Resolves to the response; rejects with `Refusal`, or with what the network says. */
export async function call(url, { method = "GET", token, body } = {}) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const stopping = new AbortController();
  const timer = setTimeout(() => stopping.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: stopping.signal,
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    if (!response.ok) {
      throw new Refusal(response.status, await errorIn(response), response.headers.get("Retry-After"));
    }
    return response;
  } finally {
    clearTimeout(timer);
  }
}

async function errorIn(response) {
  try {
    return (await response.json()).error;
  } catch {
    return null; // a proxy's page
  }
}

/** The same for an answer in JSON; null for an empty one. */
export async function callJson(url, options) {
  const response = await call(url, options);
  return response.status === 204 ? null : response.json();
}

/** A name for something that is sent; also outside of https, where randomUUID is missing. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

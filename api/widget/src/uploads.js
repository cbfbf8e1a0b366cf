// Files for the colleague: looked at before they go, sent with progress, to be cancelled.

import { newId, Refusal } from "./http.js";

const MEBIBYTE = 1024 * 1024;
const MAX_BYTES = 10 * MEBIBYTE;
const SIGNATURES = [
  { type: "image/jpeg", at: 0, bytes: [0xff, 0xd8, 0xff] },
  { type: "image/png", at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: "image/gif", at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { type: "image/heic", at: 4, bytes: [0x66, 0x74, 0x79, 0x70, 0x68, 0x65, 0x69] },
  { type: "image/webp", at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
  { type: "application/pdf", at: 0, bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
];

/** What the file dialogue offers. */
export const ACCEPTED = SIGNATURES.map(({ type }) => type).join(",");

/** What a file is by its first bytes, whatever it is called; null for anything that is not taken. */
export async function sniff(file) {
  const head = new Uint8Array(await new Response(file.slice(0, 16)).arrayBuffer());
  const fits = ({ at, bytes }) => bytes.every((byte, index) => head[at + index] === byte);
  const found = SIGNATURES.find(fits);
  return found ? found.type : null;
}

/** Why a file does not go: a key of the texts; null if it does. */
export async function problemWith(file) {
  if (file.size === 0) return "fileEmpty";
  if (file.size > MAX_BYTES) return "fileTooLarge";
  return (await sniff(file)) ? null : "fileKind";
}

/** A size as people read it. */
export function sizeInWords(bytes) {
  return bytes < MEBIBYTE
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / MEBIBYTE).toFixed(1)} MB`;
}

/**
 * A file on its way. `on`: `progress(0..1)`, `done()`, `failed(error)` with a `Refusal` or null
 * for the network. `start` begins, or begins again under the same id; `cancel` ends it quietly.
 */
export function createUpload(conversation, file, on) {
  const id = newId();
  let request = null;

  function start() {
    const { url, token } = conversation.uploadTo();
    const form = new FormData();
    form.append("client_message_id", id);
    form.append("file", file, file.name);
    request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) on.progress(event.loaded / event.total);
    };
    request.onload = ended;
    request.onerror = request.ontimeout = () => on.failed(null);
    request.send(form);
  }

  function ended() {
    if (request.status < 300) {
      on.done();
      return;
    }
    let error = null;
    try {
      ({ error } = JSON.parse(request.responseText));
    } catch {
      // A proxy's page.
    }
    on.failed(new Refusal(request.status, error));
  }

  return { start, cancel: () => request && request.abort() };
}

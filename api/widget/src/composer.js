// The box to write in, and files on their way out of it.

import { button, el, icon } from "./dom.js";
import { say } from "./say.js";
import { ACCEPTED, createUpload, problemWith, sizeInWords } from "./uploads.js";

const MAX_CHARS = 20000;
const TYPING_EVERY_MS = 3000;

/**
 * `on`: `say(text)`; `typing()` every few seconds of writing; `privacy()`: the notice is wanted;
 * `conversation()`: the one that files go to.
 */
export function createComposer(on) {
  const input = el("textarea", {
    rows: 1,
    maxlength: MAX_CHARS,
    enterkeyhint: "send",
    autocomplete: "off",
  });
  const send = el("button", { class: "send", type: "submit" });
  const picker = el("input", { type: "file", accept: ACCEPTED, multiple: true, hidden: true });
  const attach = button({ class: "attach", hidden: true, onclick: () => picker.click() }, icon("clip"));
  const form = el("form", { class: "composer" }, input, attach, send);
  const files = el("ul", { class: "files" });
  const fine = el("p", { class: "fine" });
  const node = el("div", {}, files, form, picker, fine);
  let isReady = false;
  let toldAt = 0;

  function fit() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
    send.disabled = !isReady || !input.value.trim();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  function submit() {
    if (send.disabled) return;
    const text = input.value;
    input.value = "";
    fit();
    input.focus();
    on.say(text);
  }

  input.addEventListener("input", () => {
    fit();
    if (!input.value || Date.now() - toldAt < TYPING_EVERY_MS) return;
    toldAt = Date.now();
    on.typing();
  });
  input.addEventListener("keydown", (event) => {
    // Enter also confirms a candidate of the input method: then it is not for us.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  picker.addEventListener("change", () => {
    for (const file of picker.files) add(file);
    picker.value = "";
  });

  async function add(file) {
    const bar = el("progress", { max: 1, value: 0, "aria-label": say("uploading") });
    const note = el("span", { class: "note", role: "status" }, say("uploading"));
    const again = button({ class: "link", hidden: true }, say("retry"));
    const cancel = button({ class: "link" }, say("cancel"));
    const item = el(
      "li",
      {},
      icon("file"),
      el("span", { class: "name" }, file.name),
      el("span", { class: "size" }, sizeInWords(file.size)),
      bar,
      el("div", { class: "acts" }, note, again, cancel),
    );
    files.append(item);

    function fail(text, canRepeat) {
      item.dataset.state = "failed";
      bar.hidden = true;
      note.textContent = text;
      again.hidden = !canRepeat;
      cancel.textContent = say("remove");
    }

    const problem = await problemWith(file);
    const upload = createUpload(on.conversation(), file, {
      progress(part) {
        bar.value = part;
      },
      done: () => leave(),
      failed(error) {
        fail((error && error.message) || say("fileNotSent"), !error || !error.isFinal);
      },
    });
    function begin() {
      delete item.dataset.state;
      bar.hidden = false;
      bar.value = 0;
      again.hidden = true;
      note.textContent = say("uploading");
      cancel.textContent = say("cancel");
      upload.start();
    }
    function leave() {
      const hadFocus = item.contains(item.getRootNode().activeElement);
      item.remove();
      if (hadFocus) input.focus();
    }
    again.addEventListener("click", begin);
    cancel.addEventListener("click", () => {
      upload.cancel();
      leave();
    });
    if (problem) fail(say(problem), false);
    else begin();
  }

  return {
    node,
    focus: () => input.focus(),
    label() {
      input.placeholder = say("placeholder");
      input.setAttribute("aria-label", say("placeholder"));
      send.textContent = say("send");
      attach.setAttribute("aria-label", say("attach"));
      attach.title = say("attach");
      const notice = button({ class: "link", onclick: on.privacy }, say("privacy"));
      fine.replaceChildren(`${say("noNumbers")} · `, notice);
      fit();
    },
    ready(value) {
      isReady = value;
      fit();
    },
    /** Files go to a colleague, not to the bot. */
    allowFiles(value) {
      attach.hidden = !value;
    },
    refit: fit,
  };
}

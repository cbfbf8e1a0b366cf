// The box to write in.

import { button, el, icon } from "./dom.js";
import { createFilesView } from "./files_view.js";
import { say } from "./say.js";
import { ACCEPTED } from "./uploads.js";

const MAX_CHARS = 20000;

/**
 * `on`: `say(text)`; `typing()`: something was written; `privacy()`: the notice is wanted;
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
  const files = createFilesView(on.conversation, () => input.focus());
  const fine = el("p", { class: "fine" });
  const node = el("div", {}, files.node, form, picker, fine);
  let isReady = false;

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
    if (input.value) on.typing();
  });
  input.addEventListener("keydown", (event) => {
    // Enter also confirms a candidate of the input method: then it is not for us.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  picker.addEventListener("change", () => {
    for (const file of picker.files) files.add(file);
    picker.value = "";
  });

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

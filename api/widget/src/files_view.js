// Files on their way to a colleague.

import { button, el, icon } from "./dom.js";
import { say } from "./say.js";
import { createUpload, problemWith, sizeInWords } from "./uploads.js";

/** `conversation()`: the one that they go to; `onFocusLost()` when the item with the focus goes. */
export function createFilesView(conversation, onFocusLost) {
  const node = el("ul", { class: "files" });

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
    node.append(item);

    function fail(text, canRepeat) {
      item.dataset.state = "failed";
      bar.hidden = true;
      note.textContent = text;
      again.hidden = !canRepeat;
      cancel.textContent = say("remove");
    }

    const problem = await problemWith(file);
    const upload = createUpload(conversation(), file, {
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
      if (hadFocus) onFocusLost();
    }
    again.addEventListener("click", begin);
    cancel.addEventListener("click", () => {
      upload.cancel();
      leave();
    });
    if (problem) fail(say(problem), false);
    else begin();
  }

  return { node, add };
}

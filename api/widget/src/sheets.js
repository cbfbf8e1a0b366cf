// Sheets over the conversation: settings, privacy, export, deletion.

import { button, el, icon } from "./dom.js";
import { SIZES } from "./preferences.js";
import { localeTag, say } from "./say.js";

/**
 * `covered` are the nodes under a sheet, `root` the shadow root. `closed()` is called when the
 * last sheet is gone.
 */
export function createSheets(covered, root, closed) {
  const node = el("section", { class: "sheet", hidden: true, role: "dialog" });
  let opener = null;

  function close() {
    if (node.hidden) return false;
    node.hidden = true;
    for (const each of covered) each.classList.remove("covered");
    if (opener) opener.focus();
    opener = null;
    closed();
    return true;
  }

  function open(key, ...content) {
    if (node.hidden) opener = root.activeElement;
    const back = button({ class: "round", "aria-label": say("back"), onclick: close }, icon("back"));
    const title = el("h2", { tabindex: "-1" }, say(key));
    node.setAttribute("aria-label", say(key));
    const body = el("div", { class: "sheet-body", tabindex: "0" }, ...content);
    node.replaceChildren(el("div", { class: "sheet-head" }, back, title), body);
    node.hidden = false;
    for (const each of covered) each.classList.add("covered");
    title.focus();
  }

  return { node, open, close, isOpen: () => !node.hidden };
}

/** The settings. `act`: restart, privacy, export, erase. */
export function drawMenu(preferences, act) {
  const { size, contrast, sound } = preferences.current();
  const set = (changes) => preferences.set(changes);
  return [
    choice("size", SIZES.map((each) => [each, say(`size_${each}`)]), size, (value) => set({ size: value })),
    choice(
      "language",
      [
        ["zh-CN", "中文"],
        ["en", "English"],
      ],
      localeTag(),
      (value) => set({ language: value }),
    ),
    toggle("contrast", contrast, (value) => set({ contrast: value })),
    toggle("sound", sound, (value) => set({ sound: value })),
    el(
      "div",
      { class: "rows" },
      row("restart", act.restart),
      row("privacy", act.privacy),
      row("export", act.export),
      row("erase", act.erase),
    ),
  ];
}

const row = (key, onclick) =>
  button({ class: `row ${key}`, onclick }, el("span", {}, say(key)), icon("back"));

function choice(name, options, chosen, onChoice) {
  const labels = options.map(([value, text]) => {
    const input = el("input", { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => onChoice(value));
    return el("label", {}, input, el("span", {}, text));
  });
  const legend = el("legend", {}, say(name));
  return el("fieldset", { class: "segments" }, legend, el("div", {}, ...labels));
}

function toggle(key, isOn, onChange) {
  const input = el("input", { type: "checkbox", role: "switch", checked: isOn });
  input.addEventListener("change", () => onChange(input.checked));
  return el("label", { class: "toggle" }, el("span", {}, say(key)), input, el("i"));
}

/** Paragraphs of a text, which are parted by lines. */
export const paragraphs = (text) => text.split("\n").map((part) => el("p", {}, part));

/** The export: `make()` resolves to `{name, blob}`. */
export function drawExport(make) {
  const note = el("p", { role: "status" });
  const start = button({ class: "primary" }, say("exportNow"));
  start.addEventListener("click", async () => {
    start.disabled = true;
    note.textContent = say("exporting");
    try {
      const { name, blob } = await make();
      const url = URL.createObjectURL(blob);
      const link = el("a", { href: url, download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
      note.textContent = say("exported", { name });
    } catch (error) {
      note.textContent = error.code ? error.message : say("didNotWork");
    }
    start.disabled = false;
  });
  return [...paragraphs(say("exportAbout")), start, note];
}

/** The deletion: `erase()` resolves to `{message, kept}`; `restart()` begins anew. */
export function drawErasure(erase, { cancel, restart }) {
  const note = el("p", { role: "status" });
  const box = el("div", { class: "acts" });
  const body = el("div", {}, ...paragraphs(say("eraseAbout")), box, note);
  const start = button({ class: "danger" }, say("eraseNow"));
  box.append(start, button({ class: "quiet", onclick: cancel }, say("eraseNot")));
  start.addEventListener("click", async () => {
    start.disabled = true;
    try {
      const { message, kept } = await erase();
      const done = el("p", { tabindex: "-1" }, el("strong", {}, message));
      const list = el("ul", {}, ...kept.map((each) => el("li", {}, each)));
      const again = button({ class: "primary", onclick: restart }, say("restart"));
      body.replaceChildren(done, el("p", {}, say("kept")), list, again);
      done.focus();
    } catch (error) {
      note.textContent = error.code ? error.message : say("didNotWork");
      start.disabled = false;
    }
  });
  return [body];
}

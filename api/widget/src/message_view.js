// Draws messages.

import { button, el, icon } from "./dom.js";
import { richText, webLink } from "./richtext.js";
import { dayAndTimeOf, say, timeOf } from "./say.js";
import { fileIn } from "./server_words.js";

const PAUSE_MS = 5 * 60 * 1000;

const capitalised = (word) => word[0].toUpperCase() + word.slice(1);

/** Who speaks, as it is read: the colleague by name where it is known. */
export function authorName({ author }, staffName) {
  return author === "staff" && staffName ? staffName : say(`author${capitalised(author)}`);
}

function avatar({ author }, staffName) {
  const face = el("span", { class: "face", "aria-hidden": "true" });
  if (author === "staff") face.textContent = (staffName || say("authorStaff"))[0];
  else face.append(icon("chat"));
  return face;
}

/** A line with day and time, where a message comes after a pause; else null. */
export function timeLine(message, previous) {
  const at = new Date(message.created_at);
  const isSoon = previous && at - new Date(previous.created_at) < PAUSE_MS;
  return isSoon ? null : el("p", { class: "time" }, dayAndTimeOf(at));
}

/**
 * A message. `isNew`: it begins what its author says; `staffName` of the colleague who has the
 * conversation as it comes.
 */
export function drawMessage(message, { isNew = true, staffName = null } = {}) {
  const { author, kind } = message;
  const name = authorName(message, staffName);
  const node = el("article", { class: `message ${author} ${kind}`, "aria-label": name });
  if (author === "bot" || author === "staff") {
    if (isNew) {
      const role = author === "staff" ? el("span", { class: "role" }, say("staffRole")) : null;
      node.append(el("p", { class: "who" }, avatar(message, staffName), name, role));
    }
  }
  const bubble = el("div", { class: "bubble" });
  const file = author === "worker" ? fileIn(message.text) : null;
  if (file) bubble.append(el("span", { class: "attached" }, icon("file"), file));
  else if (author === "worker") bubble.textContent = message.text;
  else bubble.append(richText(message.html));
  node.append(bubble);
  if (message.citations && message.citations.length) node.append(drawCitations(message.citations));
  return node;
}

function drawCitations(citations) {
  const isDoubtful = citations.some(({ verified }) => !verified);
  const summary = el("summary", {}, icon("book"), say("citations", { n: citations.length }));
  if (isDoubtful) summary.append(el("mark", {}, say("unverified")));
  return el("details", { class: "citations" }, summary, el("ol", {}, ...citations.map(drawCitation)));
}

function drawCitation({ title, source, url, verified, effective_from: from, as_of: asOf }) {
  const heading = el("p", { class: "citation-title" }, webLink(url, title) || title);
  if (!verified) heading.append(" ", el("mark", {}, say("unverified")));
  const dates = [from && say("effective", { date: from }), asOf && say("checked", { date: asOf })];
  return el(
    "li",
    {},
    heading,
    el("p", {}, say("source", { source })),
    el("p", {}, dates.filter(Boolean).join(" · ")),
  );
}

/** A message of the worker that is on its way. */
export function drawOwn(text) {
  const node = drawMessage({ author: "worker", kind: "chat", text });
  node.append(el("div", { class: "state" }));
  return node;
}

/** Say how far a message has come, and when it came into the record; `acts`: pairs of a key and
 * what a tap does. */
export function showState(node, key, { text = say(key), at = null, acts = [] } = {}) {
  node.dataset.state = key;
  let line = node.querySelector(".state");
  if (!line) node.append((line = el("div", { class: "state" })));
  const buttons = acts.map(([label, onclick]) => button({ class: "link", onclick }, say(label)));
  const time = at ? [el("time", {}, timeOf(new Date(at)))] : [];
  line.replaceChildren(el("span", {}, text), ...time, ...buttons);
}

/** Suggestions under the latest reply; `choose(text)`. `isList`: one under the other. */
export function drawChoices(replies, choose, { isList = false, first = null } = {}) {
  const box = el("div", { class: isList ? "choices list" : "choices", role: "group" });
  box.setAttribute("aria-label", say("choices"));
  const all = first ? [first, ...replies.filter(({ text }) => text !== first.text)] : replies;
  for (const reply of all) {
    const chip = button({ class: "choice", onclick: () => choose(reply.text) }, reply.title);
    if (reply === first) chip.classList.add("first");
    box.append(chip);
  }
  return box;
}

/** Who is writing: `bot` or `staff`. */
export function drawTyping(by) {
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const text = el("span", { class: "hidden" }, say(`typing${capitalised(by)}`));
  return el("div", { class: `message ${by}` }, el("div", { class: "bubble typing" }, dots, text));
}

/** What stands in the log when no conversation could be begun. */
export function drawStartFailure(text, retry) {
  return el(
    "div",
    { class: "trouble", role: "alert" },
    el("p", {}, text),
    button({ class: "primary", onclick: retry }, say("reconnect")),
  );
}

// What the worker thinks of an answer, and of the service at the end.

import { button, el, icon } from "./dom.js";
import { say } from "./say.js";

const SCORES = [1, 2, 3, 4, 5];
const COMMENT_MAX = 1000;

/** Ask under an answer whether it helped; `give(helpful)` tells the gateway. The latest counts.
 * `onUnhelpful()` may draw what else could be done. */
export function drawFeedback(given, give, onUnhelpful) {
  const note = el("span", { class: "note", role: "status" });
  const buttons = [true, false].map((helpful) =>
    button(
      { value: String(helpful), onclick: () => press(helpful) },
      icon(helpful ? "up" : "thumbDown"),
      say(helpful ? "helpful" : "unhelpful"),
    ),
  );
  const box = el("div", { class: "feedback", role: "group" }, ...buttons, note);
  box.setAttribute("aria-label", say("feedback"));

  function mark(helpful) {
    for (const each of buttons) {
      each.setAttribute("aria-pressed", String(each.value === String(helpful)));
    }
  }

  async function press(helpful) {
    mark(helpful);
    try {
      await give(helpful);
      given = helpful;
      note.textContent = say("feedbackThanks");
      if (!helpful) onUnhelpful();
    } catch (error) {
      mark(given);
      note.textContent = error.code ? error.message : say("opinionFailed");
    }
  }

  mark(given);
  return box;
}

/** Ask for a rating; `rate(score, comment)` tells the gateway. */
export function drawRating(rate) {
  const scores = SCORES.map((score) =>
    el(
      "label",
      {},
      el("input", {
        type: "radio",
        name: "score",
        value: score,
        required: true,
        "aria-label": say(`score${score}`),
      }),
      el("span", { "aria-hidden": "true" }, String(score)),
    ),
  );
  const comment = el("textarea", { name: "comment", rows: 2, maxlength: COMMENT_MAX });
  const send = el("button", { class: "primary" }, say("rate"));
  const note = el("p", { role: "status" });
  const form = el(
    "form",
    { class: "card rating" },
    el(
      "fieldset",
      {},
      el("legend", {}, say("ratingQuestion")),
      el("div", { class: "scores" }, ...scores),
      el(
        "p",
        { class: "scale", "aria-hidden": "true" },
        el("span", {}, say("worst")),
        el("span", {}, say("best")),
      ),
    ),
    el("label", { class: "comment" }, say("ratingComment"), comment),
    send,
    note,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const score = Number(form.elements.score.value);
    send.disabled = true;
    try {
      await rate(score, comment.value);
    } catch (error) {
      note.textContent = error.code ? error.message : say("opinionFailed");
      send.disabled = false;
      return;
    }
    // Whoever has the keyboard stays where the form was.
    const thanks = el("p", { tabindex: "-1" }, say("ratingThanks", { score }));
    form.replaceChildren(thanks);
    thanks.focus();
  });
  return form;
}

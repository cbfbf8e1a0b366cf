// What the worker thinks of an answer, and of the service at the end.

import { place, say, scrollTo, template } from "./chat-view.js";

/** Ask under an answer whether it helped; `give(helpful)` tells the gateway. The latest counts. */
export function drawFeedback(node, given, give) {
  const box = template("feedback-template");
  const buttons = [...box.querySelectorAll("button")];
  const note = box.querySelector("[role=status]");
  const press = (helpful) => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.value === String(helpful)));
    }
  };
  press(given);
  for (const button of buttons) {
    button.onclick = async () => {
      const helpful = button.value === "true";
      press(helpful);
      try {
        await give(helpful);
        given = helpful;
        note.textContent = say("feedbackThanks");
      } catch (error) {
        press(given);
        note.textContent = error.message || say("opinionFailed");
      }
    };
  }
  node.append(box);
}

/** Ask for a rating; `rate(score, comment)` tells the gateway. Returns the form. */
export function drawRating(rate) {
  const form = template("rating-template");
  const note = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  form.onsubmit = async (event) => {
    event.preventDefault();
    const { score, comment } = form.elements;
    button.disabled = true;
    try {
      await rate(Number(score.value), comment.value);
    } catch (error) {
      note.textContent = error.message || say("opinionFailed");
      button.disabled = false;
      return;
    }
    const thanks = document.createElement("p");
    thanks.tabIndex = -1; // whoever has the keyboard stays where the form was
    thanks.textContent = say("ratingThanks", { score: score.value });
    form.replaceChildren(thanks);
    thanks.focus();
    scrollTo(form);
  };
  place(form);
  return form;
}

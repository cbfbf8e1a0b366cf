// Inputs for the questions of a calculator or of an intake; writing is always possible as well.

import { button, el } from "./dom.js";
import { drawChoices } from "./message_view.js";
import { dayInWords, spanInWords } from "./questions.js";
import { say } from "./say.js";

const OLDEST_YEAR = 1970;
const YEARS_AHEAD = 2;
const MONTHS = 12;

/** A card for what `inputFor` found; `answer(text)` says it as if the worker had written it. */
export function drawQuestion(input, answer) {
  const asides = el("div", { class: "asides" });
  for (const aside of input.asides) {
    asides.append(button({ class: "link", onclick: () => answer(aside.text) }, aside.title));
  }
  const choices = input.options.length
    ? drawChoices(input.options, answer, { isList: input.kind === "choice" })
    : null;
  const form = FORMS[input.kind] ? FORMS[input.kind](input, answer) : null;
  const box = el("div", { class: "question" }, choices, form, asides);
  if (!input.asides.length) asides.remove();
  return box;
}

function drawForm(fields, read, answer) {
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const form = el(
    "form",
    { class: "card ask", novalidate: true },
    el("div", { class: "fields" }, ...fields, el("button", { class: "primary" }, say("answer"))),
    problem,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = read();
    problem.hidden = Boolean(text);
    if (text) {
      answer(text);
      return;
    }
    problem.textContent = say("fillIn");
    form.querySelector("input, select").focus();
  });
  return form;
}

function numberField(label, { whole = false, most, unit = "" }) {
  const input = el("input", {
    type: "text",
    inputmode: whole ? "numeric" : "decimal",
    autocomplete: "off",
    maxlength: 12,
    "aria-label": label,
  });
  const value = () => {
    const text = input.value.trim().replace(/[,，\s]/g, "").replace("。", ".");
    const isNumber = /^\d+(\.\d+)?$/.test(text) && (!whole || /^\d+$/.test(text));
    return isNumber && Number(text) <= most ? text : "";
  };
  const node = el("label", { class: "figure" }, input, el("span", { "aria-hidden": "true" }, unit));
  return { node, value };
}

function selectField(label, options) {
  const select = el("select", { "aria-label": label }, el("option", { value: "" }, label));
  for (const [value, text] of options) select.append(el("option", { value }, text));
  return select;
}

const FORMS = {
  number(input, answer) {
    const field = numberField(say("numberIn", { unit: input.unit }), input);
    return drawForm([field.node], () => field.value() && field.value() + input.unit, answer);
  },

  span(input, answer) {
    const years = numberField(say("years"), { whole: true, most: 60, unit: say("years") });
    const months = numberField(say("months"), { whole: true, most: 600, unit: say("months") });
    const read = () => spanInWords(Number(years.value()), Number(months.value()));
    return drawForm([years.node, months.node], read, answer);
  },

  date(input, answer) {
    const field = el("input", { type: "date", min: `${OLDEST_YEAR}-01-01`, "aria-label": say("day") });
    return drawForm([field], () => field.value && dayInWords(field.value), answer);
  },

  // Two lists, because few browsers have an input for months.
  month(input, answer) {
    const year = new Date().getFullYear();
    const years = Array.from({ length: year + YEARS_AHEAD - OLDEST_YEAR }, (_, index) => {
      const each = String(year + 1 - index);
      return [each, each];
    });
    const months = Array.from({ length: MONTHS }, (_, index) => [index + 1, String(index + 1)]);
    const yearField = selectField(say("year"), years);
    const monthField = selectField(say("month"), months);
    const read = () =>
      yearField.value && monthField.value && dayInWords(`${yearField.value}-${monthField.value}`);
    return drawForm([yearField, monthField], read, answer);
  },
};

// What the window says, in the language of the page or of the worker's choice.

import { LOCALES } from "./generated.js";

const FIRST = "zh-CN";
let tag = FIRST;

/** Choose the language for a tag such as `en-GB`; the first one where it is none of ours. */
export function useLocale(wanted) {
  const language = (wanted || FIRST).slice(0, 2).toLowerCase();
  tag = Object.keys(LOCALES).find((known) => known.slice(0, 2) === language) || FIRST;
}

/** The tag of the language in use. */
export const localeTag = () => tag;

/** A text, with `{name}` filled in. */
export function say(key, values = {}) {
  return LOCALES[tag][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The time of day, as 09:05. */
export function timeOf(at) {
  return at.toLocaleTimeString(tag, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** The day and time of a message, the shorter the closer it is. */
export function dayAndTimeOf(at, today = new Date()) {
  const midnight = new Date(today).setHours(0, 0, 0, 0);
  const days = Math.round((midnight - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return timeOf(at);
  const day =
    days === 1 ? say("yesterday") : at.toLocaleDateString(tag, { month: "long", day: "numeric" });
  return `${day} ${timeOf(at)}`;
}

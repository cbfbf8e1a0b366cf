// How this worker likes it on this device; told to other tabs by the browser.

import { createMemory } from "./memory.js";

const KEY = "union-assistant:preferences";
const DEFAULTS = { size: "normal", contrast: null, sound: false, language: null };

/** Sizes of the text, from the usual one up. */
export const SIZES = ["normal", "large", "huge"];

/** `onChange(preferences)` is called now, and when they change here or in another tab. */
export function createPreferences(onChange) {
  const memory = createMemory("localStorage", KEY);
  const wantsContrast = () => matchMedia("(prefers-contrast: more)").matches;

  function current() {
    const preferences = { ...DEFAULTS, ...memory.read() };
    if (preferences.contrast === null) preferences.contrast = wantsContrast();
    return preferences;
  }

  const heard = ({ key }) => key === KEY && onChange(current());
  window.addEventListener("storage", heard);
  return {
    current,
    set(changes) {
      memory.write({ ...DEFAULTS, ...memory.read(), ...changes });
      onChange(current());
    },
    close: () => window.removeEventListener("storage", heard),
  };
}

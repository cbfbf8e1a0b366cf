// What the browser keeps: the conversation in this tab, the worker's settings on this device.

/** JSON under one key of a storage; a browser that stores nothing forgets with the page. */
export function createMemory(storageName, key) {
  let kept = null;
  const storage = () => window[storageName];
  return {
    read() {
      try {
        return JSON.parse(storage().getItem(key));
      } catch {
        return kept;
      }
    },
    write(value) {
      kept = value;
      try {
        if (value === null) storage().removeItem(key);
        else storage().setItem(key, JSON.stringify(value));
      } catch {
        // Full, or forbidden by the browser.
      }
    },
  };
}

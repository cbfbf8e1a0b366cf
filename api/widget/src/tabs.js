// Other tabs of the same browser on the same site. They are told the token of the conversation in
// memory only; nothing of it is written where it would outlive them.

const WAIT_MS = 120;

/**
 * `on`: `asked()` returns what this tab has, or null; `told(message)` hears of another tab:
 * `{type: "state" | "replaced" | "erased" | "read", …}`.
 */
export function createTabs(name, on) {
  const channel = window.BroadcastChannel ? new BroadcastChannel(name) : null;
  let waiting = null;
  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.type === "who") {
        const state = on.asked();
        if (state) channel.postMessage({ type: "have", state });
      } else if (data.type === "have") {
        if (waiting) waiting(data.state);
      } else {
        on.told(data);
      }
    };
  }
  const tell = (message) => {
    if (channel) channel.postMessage(message);
  };
  return {
    tell,
    /** The conversation of another tab, or null when none answers. */
    ask() {
      if (!channel) return Promise.resolve(null);
      return new Promise((resolve) => {
        waiting = resolve;
        setTimeout(resolve, WAIT_MS, null);
        tell({ type: "who" });
      }).finally(() => {
        waiting = null;
      });
    },
    close() {
      if (channel) channel.close();
    },
  };
}

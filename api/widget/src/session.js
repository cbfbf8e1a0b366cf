// Which conversation is in the window: this tab's, another tab's, or a new one.

import { createChat } from "./chat.js";
import { beginConversation, createConversation } from "./conversation.js";
import { Refusal } from "./http.js";
import { createMemory } from "./memory.js";
import { drawStartFailure } from "./message_view.js";
import { say } from "./say.js";
import { createTabs } from "./tabs.js";

/**
 * `on`: `status(state)`; `incoming(message, author)`; `announce(text)`; `isSeen()`;
 * `ask(text)`: a suggestion was tapped; `ready(boolean)`: whether something can be said;
 * `readElsewhere()`: another tab has shown what came.
 */
export function createSession({ gateway, log, startTopic, on }) {
  const name = `union-assistant:${gateway}`;
  const memory = createMemory("sessionStorage", name);
  let chat = null;
  let starting = null;

  const tabs = createTabs(name, {
    asked: () => (chat && !chat.isGone() ? chat.conversation.shared() : null),
    told(message) {
      if (!chat) return; // nothing is shown here yet
      if (message.type === "state") chat.conversation.merge(message.state);
      if (message.type === "read") on.readElsewhere();
      if (message.was !== chat.conversation.id) return;
      if (message.type === "erased") {
        leave();
        start();
        return;
      }
      leave();
      adopt(message.state).resume();
      on.ready(true);
    },
  });

  function adopt(state) {
    const conversation = createConversation(gateway, state, memory, () =>
      tabs.tell({ type: "state", state: conversation.shared() }),
    );
    chat = createChat(conversation, {
      log,
      startTopic,
      on: {
        status: () => chat && on.status(chat.state),
        incoming: on.incoming,
        announce: on.announce,
        isSeen: on.isSeen,
        ask: on.ask,
        gone,
      },
    });
    return chat;
  }

  // A deleted conversation stays in the window as long as something of it is there to read.
  function gone() {
    memory.write(null);
    on.status(chat.state);
    if (chat.isEmpty()) start();
  }

  function leave() {
    if (chat) chat.stop();
    chat = null;
    memory.write(null);
    log.clear();
    on.status({ status: "bot", isConnected: true });
  }

  function start() {
    starting = starting || begin().finally(() => (starting = null));
    return starting;
  }

  async function begin() {
    const was = chat && chat.conversation.id;
    leave();
    on.ready(false);
    const shared = was ? null : await tabs.ask();
    try {
      if (shared) {
        await adopt(shared).resume();
      } else {
        const { state, created } = await beginConversation(gateway);
        adopt(state).begin(created);
        if (was) tabs.tell({ type: "replaced", was, state });
      }
    } catch (error) {
      const isTold = error instanceof Refusal && error.message;
      log.record.replaceChildren(drawStartFailure(isTold ? error.message : say("startFailed"), retry));
      return;
    }
    on.ready(true);
  }

  function retry() {
    log.clear();
    start();
  }

  async function ask(text) {
    if (!chat || chat.isGone()) await start();
    if (chat) chat.say(text);
  }

  /** Go on with this tab's conversation; null where there is none. */
  function resume() {
    const state = memory.read();
    if (chat || !state || !state.id || !state.token) return chat;
    adopt(state).resume();
    on.ready(true);
    return chat;
  }

  return {
    resume,
    /** Have a conversation. */
    ensure: () => resume() || start(),
    ask,
    restart: start,
    /** Erase everything about the worker, here and at the gateway; resolves to what was done. */
    async erase() {
      const { conversation } = chat;
      const result = await conversation.erase();
      leave();
      tabs.tell({ type: "erased", was: conversation.id });
      return result;
    },
    retryIfFailed: () => !chat && !starting && log.record.firstChild && retry(),
    chat: () => chat,
    /** The worker has seen what came. */
    seen() {
      if (!chat) return;
      chat.seen();
      tabs.tell({ type: "read" });
    },
    close() {
      if (chat) chat.stop();
      tabs.close();
    },
  };
}

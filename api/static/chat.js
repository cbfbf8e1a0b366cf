// The chat page: which conversation is on it, and the box to write in.

import { Conversation } from "./chat-api.js";
import { Chat, explain } from "./chat-session.js";
import * as view from "./chat-view.js";

const composer = document.getElementById("composer");
const input = document.getElementById("text");
const sendButton = document.getElementById("send");
const restartButton = document.getElementById("restart");

let chat = null;

/** Go on with this tab's conversation, or begin one; `then` is done with it. */
async function start(then = () => {}) {
  sendButton.disabled = restartButton.disabled = true;
  try {
    const remembered = Conversation.remembered();
    if (remembered) {
      chat = new Chat(remembered, { onGone: replace, ask });
      chat.resume();
    } else {
      const { conversation, created } = await Conversation.create();
      chat = new Chat(conversation, { onGone: replace, ask });
      chat.begin(created);
    }
  } catch (error) {
    view.showStartFailure(explain(error, "startFailed"), () => start(then));
    restartButton.disabled = false;
    return;
  }
  sendButton.disabled = restartButton.disabled = false;
  then();
}

/** A deleted conversation stays on the page as long as something of it is there to read. */
function replace() {
  if (chat.isEmpty) start();
}

function ask(text) {
  if (sendButton.disabled) return;
  if (chat.isGone) start(() => chat.say(text));
  else chat.say(text);
}

function fitInput() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  if (sendButton.disabled || !input.value.trim()) return;
  const text = input.value;
  input.value = "";
  fitInput();
  input.focus();
  ask(text);
});

input.addEventListener("input", fitInput);
input.addEventListener("keydown", (event) => {
  // Enter also confirms a candidate of the input method: then it is not for us.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  }
});

restartButton.addEventListener("click", () => {
  chat?.leave();
  view.clear();
  start();
});

start();

// The chat page: ties the API to the view.

import { Conversation, Refusal } from "./chat-api.js";
import * as view from "./chat-view.js";

const composer = document.getElementById("composer");
const input = document.getElementById("text");
const sendButton = document.getElementById("send");

let conversation = null;
let shown = new Set();
let lastId = null;
let underway = 0;

function show(messages) {
  for (const message of messages) {
    if (shown.has(message.id)) continue;
    shown.add(message.id);
    lastId = message.id;
    view.clearChoices();
    view.drawMessage(message, ask);
  }
}

function receive(result) {
  view.showStatus(result.status); // first: it takes room from the messages
  show(result.messages);
}

async function start() {
  view.clearLog();
  shown = new Set();
  lastId = null;
  sendButton.disabled = true;
  try {
    conversation = Conversation.remembered();
    if (!conversation || !(await resume())) {
      const created = await Conversation.create();
      conversation = created.conversation;
      receive(created);
    }
    sendButton.disabled = false;
  } catch (error) {
    view.showStartFailure(explain(error, "startFailed"), start);
  }
}

/** After a reload: send again what was not answered, then show everything. */
async function resume() {
  const unsent = [];
  try {
    for (const message of [...conversation.pending]) {
      try {
        await conversation.send(message);
      } catch (error) {
        if (!(error instanceof Refusal) || error.status >= 500) unsent.push(message);
      }
    }
    receive(await conversation.history());
  } catch (error) {
    if (!(error instanceof Refusal) || (error.status !== 401 && error.status !== 404)) throw error;
    Conversation.forget();
    return false;
  }
  for (const message of unsent) {
    const node = view.drawMessage({ author: "worker", kind: "chat", text: message.text });
    view.drawFailure(node, view.say("notSent"), () => deliver(message, node));
  }
  return true;
}

function ask(text) {
  if (!conversation || !text.trim()) return;
  view.clearChoices();
  const message = conversation.add(text);
  const node = view.drawMessage({ author: "worker", kind: "chat", text });
  deliver(message, node);
}

async function deliver(message, node) {
  const at = conversation;
  view.clearFailure(node);
  underway += 1;
  view.showTyping(true);
  let result = null;
  let failure = null;
  try {
    result = await at.send(message);
  } catch (error) {
    failure = error;
  }
  underway -= 1;
  if (at !== conversation) return; // a new conversation has been begun meanwhile
  view.showTyping(false);
  if (result) receive(result);
  else {
    const canRetry = !(failure instanceof Refusal) || failure.status >= 500;
    const retry = canRetry ? () => deliver(message, node) : null;
    view.drawFailure(node, explain(failure, "notSent"), retry);
  }
  if (underway > 0) view.showTyping(true);
}

function explain(error, fallback) {
  return (error instanceof Refusal && error.message) || view.say(fallback);
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

document.getElementById("restart").addEventListener("click", () => {
  Conversation.forget();
  view.showTyping(false);
  underway = 0;
  start();
});

// Somebody may have answered while the worker was elsewhere.
document.addEventListener("visibilitychange", async () => {
  if (document.hidden || !conversation || !lastId || underway > 0) return;
  try {
    const result = await conversation.history(lastId);
    // The worker's own messages of this tab are on the page already.
    receive({ ...result, messages: result.messages.filter(({ author }) => author !== "worker") });
  } catch {
    // The next message will tell.
  }
});

start();

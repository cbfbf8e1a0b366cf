// Draws messages. Texts come from index.html, HTML of replies from the gateway (already safe).

const log = document.getElementById("log");
const statusLine = document.getElementById("status");
const strings = document.getElementById("strings").dataset;
const QUIET_MS = 500;

export const template = (id) =>
  document.getElementById(id).content.firstElementChild.cloneNode(true);

export function say(name, values = {}) {
  return (strings[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** The name in a notice that says which colleague has the conversation now, else null. */
export function staffNameIn(text) {
  const match = new RegExp(strings.noticeOfStaff).exec(text);
  return match ? match.slice(1).find(Boolean) : null;
}

const capitalised = (word) => word[0].toUpperCase() + word.slice(1);

/** Bring the latest into view; a long reply from its beginning. */
export function scrollTo(node) {
  node.scrollIntoView({ block: node.offsetHeight > log.clientHeight ? "start" : "end" });
}

/** Put a node behind the record, before the worker's messages that have no place in it yet. */
export function place(node) {
  node.classList.remove("pending");
  const next = log.querySelector(":scope > .pending, :scope > .typing");
  if (node.parentNode === log && node.nextElementSibling === next) return;
  log.insertBefore(node, next);
  scrollTo(node);
}

/** Draw a message of the worker that stays last until it is placed. */
export function drawPending(text) {
  const node = drawMessage({ author: "worker", kind: "chat", text });
  node.classList.add("pending");
  log.insertBefore(node, log.querySelector(":scope > .typing"));
  scrollTo(node);
  return node;
}

/** A message to be placed; `onChoice(text)` is called when a suggestion is tapped. */
export function drawMessage(message, onChoice) {
  const node = template("message-template");
  node.classList.add(message.author, message.kind);
  node.querySelector(".author").textContent = say(`author${capitalised(message.author)}`);
  const bubble = node.querySelector(".bubble");
  if (message.author === "worker") bubble.textContent = message.text;
  else {
    bubble.innerHTML = message.html;
    linkPhoneNumbers(bubble);
  }
  drawCitations(node.querySelector(".citations"), message.citations ?? []);
  drawChoices(node.querySelector(".choices"), message.quick_replies ?? [], onChoice);
  return node;
}

/** Hotlines stand in bold: one tap calls them. */
function linkPhoneNumbers(bubble) {
  for (const strong of bubble.querySelectorAll("strong")) {
    if (!/^\d{3,5}$/.test(strong.textContent)) continue;
    const link = document.createElement("a");
    link.href = `tel:${strong.textContent}`;
    strong.replaceWith(link);
    link.append(strong);
  }
}

function drawCitations(details, citations) {
  details.hidden = citations.length === 0;
  details.querySelector("summary").textContent = say("citations", { n: citations.length });
  for (const citation of citations) {
    const item = template("citation-template");
    const title = item.querySelector(".citation-title span");
    if (/^https?:\/\//.test(citation.url ?? "")) {
      const link = document.createElement("a");
      link.href = citation.url;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      link.textContent = citation.title;
      title.append(link);
    } else {
      title.textContent = citation.title;
    }
    item.querySelector("mark").hidden = citation.verified;
    item.querySelector(".citation-source").textContent = say("source", citation);
    const dates = citation.as_of ? [say("checked", { date: citation.as_of })] : [];
    if (citation.effective_from) dates.unshift(say("effective", { date: citation.effective_from }));
    item.querySelector(".citation-date").textContent = dates.join("\n");
    details.querySelector("ol").append(item);
  }
}

function drawChoices(box, choices, onChoice) {
  box.hidden = choices.length === 0;
  for (const choice of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = choice.title;
    button.addEventListener("click", () => onChoice(choice.text));
    box.append(button);
  }
}

/** Suggestions belong to the latest reply only. */
export function clearChoices() {
  for (const box of log.querySelectorAll(".choices")) box.remove();
}

/** Mark a worker's message as not sent; without `retry` it cannot be sent again. */
export function drawFailure(node, text, retry) {
  const failure = node.querySelector(".failure");
  failure.querySelector("span").textContent = text;
  const button = failure.querySelector("button");
  button.hidden = !retry;
  button.onclick = retry;
  failure.hidden = false;
  scrollTo(node);
}

export function clearFailure(node) {
  node.querySelector(".failure").hidden = true;
}

/** Show that `by` (bot or staff) is writing; nobody if null. */
export function showTyping(by) {
  const shown = log.querySelector(":scope > .typing");
  if (shown && shown.dataset.by === by) return;
  shown?.remove();
  if (!by) return;
  const node = template("typing-template");
  node.dataset.by = by;
  node.querySelector(".typing-text").textContent = say(`typing${capitalised(by)}`);
  log.append(node);
  scrollTo(node);
}

/** Say who has the conversation; `name` of the colleague if it is known. */
export function showStatus(status, { name = null, isConnected = true } = {}) {
  const key = !isConnected ? "offline" : status === "with_staff" && name ? "staffNamed" : status;
  const text = say(`status${capitalised(key)}`, { name });
  if (statusLine.textContent === text) return; // or it would be read out again
  statusLine.dataset.is = key;
  statusLine.textContent = text;
}

export function showStartFailure(text, retry) {
  const node = template("start-failed-template");
  node.querySelector("span").textContent = text;
  node.querySelector("button").onclick = () => {
    node.remove();
    retry();
  };
  log.append(node);
}

export function clear() {
  log.replaceChildren();
  delete statusLine.dataset.is;
  statusLine.textContent = "";
}

/** What is drawn now the worker has read before: a screen reader need not read it out again. */
export function beQuiet() {
  log.setAttribute("aria-live", "off");
  setTimeout(() => log.setAttribute("aria-live", "polite"), QUIET_MS);
}

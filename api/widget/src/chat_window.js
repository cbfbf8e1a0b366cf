// The parts of one window, put together.

import { createComposer } from "./composer.js";
import { el } from "./dom.js";
import { createFrame } from "./frame.js";
import { gatewayOf } from "./http.js";
import { createLogView } from "./log_view.js";
import { createPreferences } from "./preferences.js";
import { localeTag, say, useLocale } from "./say.js";
import { createSession } from "./session.js";
import { createSheets, drawErasure, drawExport, drawMenu, paragraphs } from "./sheets.js";
import { chime } from "./sound.js";
import { createStatusView } from "./status_view.js";
import { paletteOf } from "./theme.js";

const ANNOUNCED = 5;
const PALETTE = ["--accent", "--accent-ink", "--accent-deep", "--accent-line", "--own"];

/** The window of an element, which has a shadow root. */
export function createWindow(host) {
  const announcer = el("div", { class: "hidden", "aria-live": "polite" });
  let unread = 0;

  const preferences = createPreferences(apply);
  const log = createLogView({ onSeen: seen });
  const status = createStatusView();
  const composer = createComposer({
    say: ask,
    typing: () => session.chat() && session.chat().startTyping(),
    privacy: showPrivacy,
    conversation: () => session.chat().conversation,
  });
  const foot = el("div", { class: "foot" }, composer.node);
  // The card is no part of the foot, which must not move when it comes.
  const body = [log.node, el("div", { class: "above" }, log.jump), status.card, foot];
  const sheets = createSheets(body, host.shadowRoot, () => composer.refit());
  const frame = createFrame(host, [...body, sheets.node, announcer], status.line, {
    opened,
    closed: () => host.dispatchEvent(new CustomEvent("union-assistant-close")),
    escape: sheets.close,
    menu: () => (sheets.isOpen() ? sheets.close() : showMenu()),
    focus: composer.focus,
  });
  const session = createSession({
    gateway: gatewayOf(host.getAttribute("gateway")),
    log,
    startTopic: host.getAttribute("start-topic"),
    on: {
      status(state) {
        composer.allowFiles(state.status === "waiting" || state.status === "with_staff");
        if (status.show(state)) log.keepEnd();
      },
      incoming,
      announce,
      ask,
      isSeen: () => frame.isOpen() && !document.hidden,
      ready: composer.ready,
      readElsewhere: () => countUnread(0),
    },
  });

  function opened() {
    session.ensure();
    log.toEnd();
    seen();
    host.dispatchEvent(new CustomEvent("union-assistant-open"));
  }

  function ask(text) {
    const hadFocus = log.tail.contains(host.shadowRoot.activeElement);
    const isFine = matchMedia("(pointer: fine)").matches;
    session.ask(text);
    // What was tapped is gone; the keyboard of a phone stays down.
    if (hadFocus) (isFine ? composer : log.node).focus();
  }

  function incoming(message, author) {
    if (message.author === "worker") return;
    announce(`${author}：${message.text.replace(/\*\*|^#+ /gm, "")}`);
    const isUnseen = !frame.isOpen() || document.hidden;
    if (isUnseen) countUnread(unread + 1);
    if (preferences.current().sound && (isUnseen || message.author === "staff")) chime();
  }

  function announce(text) {
    announcer.append(el("p", {}, text));
    while (announcer.childNodes.length > ANNOUNCED) announcer.firstChild.remove();
  }

  function countUnread(count) {
    if (count === unread) return;
    unread = count;
    frame.setUnread(count);
    host.dispatchEvent(new CustomEvent("union-assistant-unread", { detail: { count } }));
  }

  function seen() {
    if (!frame.isOpen() || document.hidden) return;
    countUnread(0);
    session.seen();
  }

  // Sheets.

  function showMenu() {
    const act = {
      restart() {
        sheets.close();
        session.restart();
      },
      privacy: showPrivacy,
      export: showExport,
      erase: showErasure,
    };
    sheets.open("menu", ...drawMenu(preferences, act));
  }

  function showPrivacy() {
    sheets.open("privacy", ...paragraphs(say("privacyNotice")));
  }

  async function showExport() {
    await session.ensure();
    sheets.open("export", ...drawExport(() => session.chat().conversation.exported()));
  }

  async function showErasure() {
    await session.ensure();
    const restart = () => {
      sheets.close();
      session.restart();
    };
    sheets.open("erase", ...drawErasure(session.erase, { cancel: showMenu, restart }));
  }

  // Looks and language.

  function apply({ size, contrast, language } = preferences.current()) {
    const { wrap } = frame;
    wrap.dataset.size = size;
    wrap.dataset.contrast = contrast ? "high" : "normal";
    const palette = paletteOf(host.getAttribute("color"));
    for (const name of PALETTE) {
      if (palette[name] && !contrast) wrap.style.setProperty(name, palette[name]);
      else wrap.style.removeProperty(name);
    }
    const before = localeTag();
    useLocale(language || host.getAttribute("lang") || document.documentElement.lang);
    wrap.setAttribute("lang", localeTag());
    label();
    if (before !== localeTag()) translate();
    frame.arrange();
    composer.refit();
    log.keepEnd();
  }

  function label() {
    log.label();
    frame.label();
    composer.label();
  }

  function translate() {
    status.forget();
    const chat = session.chat();
    if (chat) {
      chat.redraw();
      status.show(chat.state);
    }
    if (sheets.isOpen()) showMenu();
  }

  const wake = () => session.retryIfFailed();
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", wake);

  return {
    start() {
      apply();
      status.show({ status: "bot", isConnected: true });
      session.resume();
      const wasOpen = frame.wasOpen();
      if (wasOpen || (wasOpen === null && host.hasAttribute("open"))) frame.show({ focus: false });
    },
    apply: () => apply(),
    show: () => frame.show(),
    hide: () => frame.hide(),
    isOpen: () => frame.isOpen(),
    unread: () => unread,
    stop() {
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", wake);
      preferences.close();
      session.close();
      frame.remove();
    },
  };
}

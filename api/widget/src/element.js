// <union-assistant>: the service centre's chat window for any page.

import { createWindow } from "./chat_window.js";
import { el } from "./dom.js";
import { STYLES } from "./generated.js";

/** Styles that a strict policy of the page does not forbid, where the browser knows them. */
function addStyles(root) {
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
  } else {
    root.append(el("style", {}, STYLES));
  }
}

/**
 * Attributes: `title`, `color` (#rrggbb), `position` (bottom-right, bottom-left), `mode`
 * (launcher, page, auto), `start-topic`, `lang`, `gateway`, `open`.
 * Events: `union-assistant-open`, `-close`, `-unread` (`detail.count`).
 */
class UnionAssistant extends HTMLElement {
  static get observedAttributes() {
    return ["title", "color", "position", "mode", "lang"];
  }

  constructor() {
    super();
    addStyles(this.attachShadow({ mode: "open" }));
    this.parts = null;
  }

  connectedCallback() {
    this.parts = createWindow(this);
    this.parts.start();
  }

  disconnectedCallback() {
    this.parts.stop();
    this.parts = null;
  }

  attributeChangedCallback() {
    if (this.parts) this.parts.apply();
  }

  /** Open the window. */
  show() {
    this.parts.show();
  }

  /** Close it; the conversation goes on. */
  hide() {
    this.parts.hide();
  }

  /** Messages that came and were not seen. */
  get unread() {
    return this.parts ? this.parts.unread() : 0;
  }
}

if (!customElements.get("union-assistant")) customElements.define("union-assistant", UnionAssistant);

// The button on the page and the window that it opens.

import { button, el, icon } from "./dom.js";
import { createMemory } from "./memory.js";
import { say } from "./say.js";
import { followViewport } from "./viewport.js";

const PHONE = "(max-width: 480px), (max-height: 480px)";
const MOST_SHOWN = 99;
const FOCUSABLE =
  "button:not([disabled]), a[href], textarea, select, summary, input:not([hidden]), [tabindex='0']";

/**
 * `on`: `opened()`, `closed()`, `escape()` (whether something else took the key), `menu()`.
 * `mode` of the host: `launcher`; `page`, which fills its container; `auto`: a page on phones.
 */
export function createFrame(host, body, statusLine, on) {
  const root = host.shadowRoot;
  const memory = createMemory("sessionStorage", "union-assistant:open");
  const badge = el("span", { class: "badge", hidden: true });
  const launcherText = el("span", { class: "launcher-text" });
  const launcher = button({ class: "launcher", onclick: () => show() }, icon("chat"), launcherText, badge);
  const title = el("h2", { id: "title", tabindex: "-1" });
  const close = button({ class: "round close" }, icon("close"));
  const menu = button({ class: "round menu", onclick: () => on.menu() }, icon("more"));
  const emblem = el("span", { class: "emblem", "aria-hidden": "true" }, icon("chat"));
  const head = el("div", { class: "head" }, emblem, el("div", { class: "titles" }, title, statusLine), menu, close);
  const panel = el("div", { class: "panel", "aria-labelledby": "title" }, head, ...body);
  const wrap = el("div", { class: "root", title: "" }, panel, launcher);
  const phone = matchMedia(PHONE);
  let isOpen = false;
  let unread = 0;
  let stopFollowing = () => {};

  const isPage = () => {
    const mode = host.getAttribute("mode") || "launcher";
    return mode === "page" || (mode === "auto" && phone.matches);
  };
  const isModal = () => isOpen && !isPage() && phone.matches;

  function arrange() {
    const page = isPage();
    wrap.classList.toggle("page", page);
    wrap.classList.toggle("full", phone.matches && !page);
    wrap.dataset.position = host.getAttribute("position") || "bottom-right";
    close.hidden = page;
    panel.setAttribute("role", page ? "region" : "dialog");
    if (isModal()) panel.setAttribute("aria-modal", "true");
    else panel.removeAttribute("aria-modal");
    launcher.hidden = page || isOpen;
    panel.hidden = !isOpen && !page;
    label();
    if (page && !isOpen) show({ focus: false });
  }

  function show({ focus = true } = {}) {
    if (isOpen) return;
    isOpen = true;
    memory.write(true);
    arrange();
    stopFollowing = followViewport(wrap);
    host.toggleAttribute("open", true);
    if (focus) {
      // A finger on the button does not want the keyboard yet.
      if (matchMedia("(pointer: fine)").matches) on.focus();
      else title.focus();
    }
    on.opened();
  }

  function hide() {
    if (!isOpen || isPage()) return;
    isOpen = false;
    memory.write(false);
    stopFollowing();
    arrange();
    host.toggleAttribute("open", false);
    launcher.focus();
    on.closed();
  }

  function label() {
    title.textContent = host.getAttribute("title") || say("title");
    launcherText.textContent = say("launcher");
    close.setAttribute("aria-label", say("close"));
    menu.setAttribute("aria-label", say("menu"));
    showUnread();
  }

  function showUnread() {
    badge.hidden = !unread;
    badge.textContent = unread > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unread);
    const news = unread ? `, ${say("unread", { n: unread })}` : "";
    launcher.setAttribute("aria-label", say("launcher") + news);
  }

  function trap(event) {
    const all = Array.from(panel.querySelectorAll(FOCUSABLE)).filter(
      (node) => node.offsetParent !== null && !node.closest(".covered"),
    );
    const first = all[0];
    const last = all[all.length - 1];
    const from = event.shiftKey ? first : last;
    if (root.activeElement !== from && panel.contains(root.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }

  close.addEventListener("click", hide);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && isModal()) trap(event);
    if (event.key !== "Escape" || event.isComposing) return;
    if (on.escape() || isPage()) return;
    hide();
  });
  phone.addListener(arrange); // addEventListener came later to these
  root.append(wrap);

  return {
    wrap,
    arrange,
    show,
    hide,
    label,
    isOpen: () => isOpen,
    wasOpen: () => memory.read(),
    setUnread(count) {
      unread = count;
      showUnread();
    },
    remove() {
      stopFollowing();
      phone.removeListener(arrange);
      wrap.remove();
    },
  };
}

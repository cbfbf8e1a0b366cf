// Formatted text of the gateway. Its HTML is safe already; here it is read as what it is, a few
// known tags, and built anew: no HTML parser sees it, so nothing in it can run or load.

import { el } from "./dom.js";

const KEPT = new Set("p br ul ol li strong em b i a h1 h2 h3 h4 h5 h6 code blockquote".split(" "));
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const TOKEN = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^'">])*)>|([^<]+|<)/g;
const HREF = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')/i;

function decoded(text) {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name) => {
    if (name[0] !== "#") return ENTITIES[name.toLowerCase()] || whole;
    const code = /x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}

/** A link that leaves the page; null unless it is a web address. */
export function webLink(url, ...children) {
  if (!/^https?:\/\//i.test(url || "")) return null;
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

function opened(name, attributes) {
  if (name !== "a") return el(/^h\d$/.test(name) ? "h3" : name);
  const found = HREF.exec(attributes);
  return webLink(found && decoded(found[1] || found[2] || "")) || el("span");
}

/** The nodes of a formatted text. Unknown tags are left out, what is between them stays. */
export function richText(html) {
  const fragment = document.createDocumentFragment();
  const open = [{ name: "", node: fragment }];
  for (const [, slash, tag, attributes, text] of html.matchAll(TOKEN)) {
    const { node } = open[open.length - 1];
    if (text !== undefined) {
      node.append(decoded(text));
      continue;
    }
    const name = tag.toLowerCase();
    if (!KEPT.has(name)) continue;
    if (slash) {
      const place = open.map((each) => each.name).lastIndexOf(name);
      if (place > 0) open.length = place;
    } else {
      const child = opened(name, attributes);
      node.append(child);
      if (name !== "br") open.push({ name, node: child });
    }
  }
  linkPhoneNumbers(fragment);
  return fragment;
}

// Hotlines stand in bold: one tap calls them.
function linkPhoneNumbers(fragment) {
  for (const strong of fragment.querySelectorAll("strong")) {
    if (!/^\d{3,5}$/.test(strong.textContent) || strong.closest("a")) continue;
    const link = el("a", { href: `tel:${strong.textContent}` });
    strong.replaceWith(link);
    link.append(strong);
  }
}

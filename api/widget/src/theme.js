// Colours that follow from the one a page chooses.

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;
const DARK_INK = "#2a211c";
const TINT = 0.86;
const LINE = 0.5;
const SHADE = 0.22;

const hexOf = (channels) =>
  `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;

/** Relative luminance (WCAG 2.2). */
function luminance(channels) {
  const [red, green, blue] = channels
    .map((channel) => channel / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Values of the custom properties for a colour as #rrggbb; none for anything else. */
export function paletteOf(color) {
  const found = HEX.exec(color || "");
  if (!found) return {};
  const channels = found.slice(1).map((part) => parseInt(part, 16));
  const mixed = (white) => channels.map((channel) => channel + (255 - channel) * white);
  const isLight = luminance(channels) > 0.3;
  return {
    "--accent": color,
    "--accent-ink": isLight ? DARK_INK : "#ffffff",
    "--accent-deep": hexOf(channels.map((channel) => channel * (1 - (isLight ? 0.6 : SHADE)))),
    "--accent-line": hexOf(mixed(LINE)),
    "--own": hexOf(mixed(TINT)),
  };
}

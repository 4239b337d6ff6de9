// The picture of a person, made from the name: the same on every screen, without an image from anywhere.

import { element } from "../element.js";

/** Splits text into what a reader sees as characters: an emoji of several code points is one. */
const graphemes = new Intl.Segmenter([], { granularity: "grapheme" });

/** @param {string} key */
export function portrait(key) {
  const [first] = graphemes.segment(key.trim());
  const made = element("span", "portrait", first ? first.segment.toUpperCase() : "?");
  made.setAttribute("aria-hidden", "true");
  const hash = hashOf(key);
  // The factor, close to the golden angle, gives similar names different colours.
  made.style.setProperty("--hue", String((hash * 137) % 360));
  made.style.setProperty("--x", `${(hash >>> 9) % 100}%`);
  made.style.setProperty("--y", `${(hash >>> 16) % 100}%`);
  return made;
}

/** The picture with a mark of the status. @param {string} key @param {string} status */
export function avatar(key, status) {
  return element("span", "avatar", portrait(key), dot(status));
}

/** @param {string} status */
export function dot(status) {
  const mark = element("i", "dot");
  mark.dataset.status = status;
  return mark;
}

/** The 32-bit FNV-1a hash of a text, as an unsigned number. @param {string} text */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

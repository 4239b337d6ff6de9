// The line that says who is typing.

import { names } from "./words.js";

/** The most names that the line has; beyond it, a number. */
const MAX_NAMES = 3;

/**
 * @param {HTMLElement} line
 * @param {readonly string[]} keys
 */
export function showTyping(line, keys) {
  const text = /** @type {(string | Node)[]} */ ([]);
  if (keys.length > MAX_NAMES) text.push(`${keys.length} people are typing…`);
  else if (keys.length > 0) text.push(...names([...keys]), keys.length === 1 ? " is typing…" : " are typing…");
  line.replaceChildren(...text);
}

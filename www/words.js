// Says in words what has changed in the room.

import { readDevice } from "./device.js";
import { person, quoted } from "./element.js";

/** @typedef {import("./device.js").Device} Device */
/** @typedef {import("./room.js").Change} Change */
/** @typedef {(string | Node)[]} Sentence */

/**
 * @param {Change} change
 * @param {string} you your key
 * @returns {Sentence[]} none for a change that is not to be seen
 */
export function tell(change, you) {
  const own = change.key === you;
  const who = () => (own ? "You" : person(change.key));
  if (change.type === "enter") return [[who(), " joined"]];
  if (change.type === "exit") return [[who(), " left"]];

  const { updated, joined, left, presence } = change;
  const several = presence.metas.length > 1;
  /** @type {Sentence[]} */
  const sentences = [];
  for (const { previous, current } of updated) {
    const said = tellUpdate(readDevice(previous), readDevice(current), { own, several });
    if (said.length > 0) sentences.push([who(), ...said]);
  }
  for (const { name } of joined.map(readDevice)) {
    sentences.push([who(), " joined on another device, ", quoted(name)]);
  }
  for (const { name } of left.map(readDevice)) {
    sentences.push([who(), " closed ", quoted(name), ` and ${own ? "are" : "is"} still here`]);
  }
  return sentences;
}

/**
 * What a device says of itself, and did not before.
 *
 * @param {Device} before
 * @param {Device} now
 * @param {{ own: boolean, several: boolean }} whose yours, and of a person with several
 * @returns {Sentence} without who
 */
function tellUpdate(before, now, { own, several }) {
  const your = own ? "your" : "their";
  /** @type {Sentence} */
  const said = [];
  const and = () => (said.length > 0 ? " and " : " ");
  if (now.status !== before.status) said.push(and(), own ? "are" : "is", " now ", now.status);
  if (now.note !== before.note) {
    if (now.note) said.push(and(), "noted “", quoted(now.note), "”");
    else said.push(and(), `removed ${your} note`);
  }
  if (now.name !== before.name) {
    said.push(and(), `renamed ${your} device `, quoted(before.name), " to ", quoted(now.name));
  } else if (several && said.length > 0) {
    said.push(" on ", quoted(now.name));
  }
  return said;
}

/** How many names a sentence lists. */
const LISTED = 5;

/**
 * "Ada, Grace, Edsger, Alan, Barbara and 3 more".
 *
 * @param {string[]} keys
 * @returns {Sentence}
 */
export function names(keys) {
  const listed = keys.length > LISTED + 1 ? keys.slice(0, LISTED) : keys;
  const parts = listed.map((key) => person(key));
  const last = listed.length < keys.length ? `${keys.length - listed.length} more` : parts.pop();
  /** @type {Sentence} */
  const said = parts.flatMap((part, at) => (at === 0 ? [part] : [", ", part]));
  if (last !== undefined) said.push(...(said.length > 0 ? [" and ", last] : [last]));
  return said;
}

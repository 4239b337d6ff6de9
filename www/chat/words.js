// Describes changes in the room in sentences.

import { readDevice } from "./device.js";
import { person, quoted } from "../element.js";

/** @typedef {import("./device.js").Device} Device */
/** @typedef {import("./room.js").Change} Change */
/** @typedef {(string | Node)[]} Sentence */

/**
 * @param {Change} change
 * @param {string} you your key
 * @returns {Sentence[]} empty for a change that the page does not show
 */
export function describe(change, you) {
  const own = change.key === you;
  const who = () => (own ? "You" : person(change.key));
  if (change.type === "enter") return [[who(), " joined"]];
  if (change.type === "exit") return [[who(), " left"]];

  const { updated, joined, left, presence } = change;
  const several = presence.metas.length > 1;
  /** @type {Sentence[]} */
  const sentences = [];
  // A tab that has connected again is a meta that left and another that joined.
  const backs = left.flatMap((previous) => {
    const current = joined.find(({ tab }) => typeof tab === "string" && tab === previous.tab);
    return current ? [{ previous, current }] : [];
  });
  for (const { previous, current } of [...updated, ...backs]) {
    const words = describeUpdate(readDevice(previous), readDevice(current), { own, several });
    if (words.length > 0) sentences.push([who(), ...words]);
  }
  const isNew = (/** @type {object} */ meta) => !backs.some(({ current }) => current === meta);
  const isGone = (/** @type {object} */ meta) => !backs.some(({ previous }) => previous === meta);
  for (const { name } of joined.filter(isNew).map(readDevice)) {
    sentences.push([who(), " joined on another device, ", quoted(name)]);
  }
  for (const { name } of left.filter(isGone).map(readDevice)) {
    sentences.push([who(), " closed ", quoted(name), ` and ${own ? "are" : "is"} still here`]);
  }
  return sentences;
}

/**
 * The difference between two states of a device.
 *
 * @param {Device} before
 * @param {Device} now
 * @param {{ own: boolean, several: boolean }} whose whether it is yours, and whether its person has several
 * @returns {Sentence} without the subject
 */
function describeUpdate(before, now, { own, several }) {
  const your = own ? "your" : "their";
  /** @type {Sentence} */
  const words = [];
  const and = () => (words.length > 0 ? " and " : " ");
  if (now.status !== before.status) words.push(and(), own ? "are" : "is", " now ", now.status);
  if (now.note !== before.note) {
    if (now.note) words.push(and(), "noted “", quoted(now.note), "”");
    else words.push(and(), `removed ${your} note`);
  }
  if (now.name !== before.name) {
    words.push(and(), `renamed ${your} device `, quoted(before.name), " to ", quoted(now.name));
  } else if (several && words.length > 0) {
    words.push(" on ", quoted(now.name));
  }
  return words;
}

/** The most names that a sentence lists, followed by the number of the others. */
const MAX_LISTED_NAMES = 5;

/**
 * "Ada, Grace, Edsger, Alan, Barbara and 3 more".
 *
 * @param {string[]} keys
 * @returns {Sentence}
 */
export function names(keys) {
  const listed = keys.length > MAX_LISTED_NAMES + 1 ? keys.slice(0, MAX_LISTED_NAMES) : keys;
  const parts = listed.map((key) => person(key));
  const last = listed.length < keys.length ? `${(keys.length - listed.length).toLocaleString()} more` : parts.pop();
  /** @type {Sentence} */
  const words = parts.flatMap((part, at) => (at === 0 ? [part] : [", ", part]));
  if (last !== undefined) words.push(...(words.length > 0 ? [" and ", last] : [last]));
  return words;
}

// Says in words what has changed in the room.

import { person, quoted } from "./element.js";

/** @typedef {import("./people.js").Change} Change */
/** @typedef {(string | Node)[]} Sentence */

/**
 * @param {Change} change
 * @param {string} you your key
 * @returns {Sentence | undefined} nothing for a change that is not to be seen
 */
export function tell(change, you) {
  const who = change.key === you ? "You" : person(change.key);
  const are = change.key === you ? "are" : "is";
  const your = change.key === you ? "your" : "their";
  switch (change.type) {
    case "entered":
      return [who, " joined"];
    case "left":
      return [who, " left"];
    case "opened":
      return [who, " joined on another device, ", quoted(change.device.name)];
    case "closed":
      return [who, " closed ", quoted(change.device.name), ` and ${are} still here`];
    case "updated": {
      const { device, before, several } = change;
      /** @type {Sentence} */
      const said = [];
      const and = () => (said.length > 0 ? " and " : " ");
      if (device.status !== before.status) said.push(and(), `${are} now `, device.status);
      if (device.note !== before.note) {
        if (device.note) said.push(and(), "noted “", quoted(device.note), "”");
        else said.push(and(), `removed ${your} note`);
      }
      if (device.name !== before.name) {
        said.push(and(), `renamed ${your} device `, quoted(before.name), " to ", quoted(device.name));
      } else if (several && said.length > 0) {
        said.push(" on ", quoted(device.name));
      }
      return said.length > 0 ? [who, ...said] : undefined;
    }
  }
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

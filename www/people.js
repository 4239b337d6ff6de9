// Who is here as this page shows it, and what a message has changed about that.
//
// Invariant: changes are told about people. A second tab, a closed one and a changed
// status are recognised by comparing the refs before and after, not by which of
// onJoin and onLeave was called: an update calls both, and the message that
// announces yourself may come twice.

import { readDevice } from "./device.js";

/** @typedef {import("./device.js").Device} Device */

/**
 * @typedef {{ type: "entered" | "left", key: string }
 *   | { type: "opened" | "closed", key: string, device: Device }
 *   | { type: "updated", key: string, device: Device, before: Device, several: boolean }} Change
 */

export class People {
  /** @type {Map<string, Device[]>} */
  #people = new Map();

  /** @param {string} key */
  devices(key) {
    return this.#people.get(key) ?? [];
  }

  get size() {
    return this.#people.size;
  }

  get deviceCount() {
    let count = 0;
    for (const devices of this.#people.values()) count += devices.length;
    return count;
  }

  /**
   * Takes from the state of a Presence what it says about some of its keys.
   *
   * @param {Record<string, { metas: Record<string, unknown>[] }>} state
   * @param {Iterable<string>} keys
   * @returns {Change[]} in the order of keys
   */
  take(state, keys) {
    /** @type {Change[]} */
    const changes = [];
    for (const key of keys) {
      const before = this.devices(key);
      const now = inPlace(before, (state[key]?.metas ?? []).map(readDevice));
      if (now.length > 0) this.#people.set(key, now);
      else this.#people.delete(key);
      changes.push(...compare(key, before, now));
    }
    return changes;
  }
}

/**
 * Presence puts new metadata last, so an update would move its device to the end. Here it stays where it was.
 *
 * @param {Device[]} before
 * @param {Device[]} now
 */
function inPlace(before, now) {
  const places = new Map(before.map(({ ref }, at) => [ref, at]));
  /** @param {Device} device */
  const placeOf = ({ ref, replaces = "" }) => places.get(ref) ?? places.get(replaces) ?? before.length;
  return now.sort((a, b) => placeOf(a) - placeOf(b));
}

/**
 * What has happened to one person.
 *
 * @param {string} key
 * @param {Device[]} before
 * @param {Device[]} now
 * @returns {Change[]}
 */
export function compare(key, before, now) {
  if (before.length === 0) return now.length > 0 ? [{ type: "entered", key }] : [];
  if (now.length === 0) return [{ type: "left", key }];

  const gone = without(before, now);
  /** @type {Change[]} */
  const changes = [];
  for (const device of without(now, before).values()) {
    const replaced = device.replaces === undefined ? undefined : gone.get(device.replaces);
    if (replaced) {
      gone.delete(replaced.ref);
      changes.push({ type: "updated", key, device, before: replaced, several: now.length > 1 });
    } else {
      changes.push({ type: "opened", key, device });
    }
  }
  for (const device of gone.values()) changes.push({ type: "closed", key, device });
  return changes;
}

/**
 * @param {Device[]} devices
 * @param {Device[]} others
 * @returns {Map<string, Device>} by ref, those that are not among the others
 */
function without(devices, others) {
  const refs = new Set(others.map(({ ref }) => ref));
  return new Map(devices.filter(({ ref }) => !refs.has(ref)).map((device) => [device.ref, device]));
}

// The devices of each person, in the order in which the page shows them.
//
// A device keeps its place. In a presence, an update moves its meta to the end.

import { readDevice } from "./device.js";

/** @typedef {import("./device.js").Device} Device */

export class People {
  /** @type {Map<string, Device[]>} */
  #people = new Map();

  /**
   * Applies a change of one person.
   *
   * @param {Pick<import("./room.js").Change, "key" | "presence" | "updated">} change
   * @returns {Device[]} the person's devices; none if the person has left
   */
  apply({ key, presence, updated }) {
    const before = this.#people.get(key) ?? [];
    const places = new Map(before.map(({ ref }, at) => [ref, at]));
    for (const { previous, current } of updated) {
      places.set(current.phx_ref, places.get(previous.phx_ref) ?? before.length);
    }
    /** @param {Device} device */
    const placeOf = ({ ref }) => places.get(ref) ?? before.length;
    const now = (presence?.metas ?? []).map(readDevice).sort((a, b) => placeOf(a) - placeOf(b));
    if (presence) this.#people.set(key, now);
    else this.#people.delete(key);
    return now;
  }
}

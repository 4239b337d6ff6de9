// The people of a room in the order of the list: you first, the others by name.
//
// Its cost does not grow with the room, apart from moving array elements: a change is a binary search.

import { People } from "./people.js";

/** @typedef {import("./device.js").Device} Device */

const collator = new Intl.Collator([], { numeric: true });

/** From this number of arrivals in one message on, sorting everything is faster than inserting each. */
const MIN_SORTED_AT_ONCE = 200;

export class Roster {
  #people = new People();
  /** @type {Map<string, Device[]>} */
  #devices = new Map();
  /** @type {string[]} */
  #order = [];
  #you;

  /** @param {string} you your key */
  constructor(you) {
    this.#you = you;
  }

  /** The keys, in the order of the list. @returns {readonly string[]} */
  get order() {
    return this.#order;
  }

  /** The devices of a person; none if the person is not here. @param {string} key */
  devicesOf(key) {
    return this.#devices.get(key) ?? [];
  }

  /** @param {readonly import("./room.js").Change[]} changes */
  apply(changes) {
    /** @type {string[]} */
    const arrived = [];
    for (const change of changes) {
      const { key } = change;
      const wasHere = this.#devices.has(key);
      const devices = this.#people.apply(change);
      if (devices.length > 0) {
        this.#devices.set(key, devices);
        if (!wasHere) arrived.push(key);
      } else if (wasHere) {
        // Its place is found by its key, so it must be known until then.
        this.#order.splice(this.#placeOf(key), 1);
        this.#devices.delete(key);
      }
    }
    if (arrived.length >= MIN_SORTED_AT_ONCE) {
      this.#order = [...this.#order, ...arrived].sort((a, b) => this.#compare(a, b));
    } else {
      for (const key of arrived) this.#order.splice(this.#placeOf(key), 0, key);
    }
  }

  /** The index of the first key that does not come before this one. @param {string} key */
  #placeOf(key) {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#order[middle], key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {string} a @param {string} b */
  #compare(a, b) {
    if (a === b) return 0;
    return Number(b === this.#you) - Number(a === this.#you) || collator.compare(a, b) || (a < b ? -1 : 1);
  }
}

/**
 * One status for a person with several devices. Presence keeps the devices apart, so an app decides how to
 * combine them. Here busy on one device is busy, and online on one device is not away.
 *
 * @param {readonly Device[]} devices
 */
export function summarise(devices) {
  const statuses = devices.map(({ status }) => status);
  return ["busy", "online", "away"].find((status) => statuses.includes(status)) ?? statuses[0] ?? "offline";
}

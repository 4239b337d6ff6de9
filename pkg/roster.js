// The roster behind `entries`, `get`, `has`, `size` and `metaCount`: the state.

import { List } from "./list.js";

/**
 * @typedef {import("./memory.js").State} State
 * @typedef {import("../src/js/border.js").Change} Change
 */

const hasOwn = Object.prototype.hasOwnProperty;

/** The state where a user assigned none. @type {State} */
const EMPTY = Object.freeze(Object.create(null));

/**
 * The presence of a key, unless a getter of the user's throws.
 *
 * @param {State} state
 * @param {string} key
 */
export function valueOf(state, key) {
  try {
    return hasOwn.call(state, key) ? state[key] : undefined;
  } catch {
    return undefined;
  }
}

export class Roster {
  /** @param {import("./memory.js").Memory} memory */
  constructor(memory) {
    this.memory = memory;
    this.list = new List();
  }

  /** The state, which a user may have replaced. */
  state() {
    const { memory, list } = this;
    if (memory.follow(memory.fields.state ?? EMPTY)) list.reset();
    return memory.state;
  }

  /** The state, made one that the core can write. */
  prepare() {
    const { fields } = this.memory;
    fields.state = writable(fields.state ?? {});
    return this.state();
  }

  /** Whether it is to be updated with the changes of each message. */
  followsChanges() {
    return this.list.isRead;
  }

  /**
   * Takes the changes of a message.
   *
   * @param {Change[]} changes
   * @returns {Change[]} the changes for listeners
   */
  update(changes) {
    this.list.update(changes);
    return changes;
  }

  /** @param {string} key */
  get(key) {
    return valueOf(this.state(), key);
  }

  /** @param {string} key */
  has(key) {
    return hasOwn.call(this.state(), key);
  }

  get size() {
    this.state();
    return this.memory.size;
  }

  get metaCount() {
    this.state();
    return this.memory.metaCount;
  }

  /** Keys and presences, as two arrays that must not be changed. */
  arrays() {
    const { memory, list } = this;
    list.read(this.state(), memory.keys);
    memory.keys = undefined; // They are the list's now.
    return list;
  }

  /** Whether users moved in the list: one who left and came back is the last, which no change says. */
  reorder() {
    const before = this.list.handedOut;
    this.list.reset();
    return before !== undefined && this.entries() !== before;
  }

  entries() {
    return this.arrays().entries();
  }

  /** Ends the grace period of users, where there is one. @param {any} _leaving @returns {Change[]} the changes for listeners */
  end(_leaving) {
    return [];
  }

  dispose() {}
}

/**
 * A state for the core to write: the one given, or a copy where that has a prototype, or is frozen because its user put
 * it into a store that freezes (immer, Redux Toolkit).
 *
 * @param {State} state
 */
export function writable(state) {
  return Object.getPrototypeOf(state) === null && Object.isExtensible(state) ? state : copy(state);
}

/**
 * A copy without a prototype, so that any string can be a key.
 *
 * @param {State} state
 */
export function copy(state) {
  /** @type {State} */
  const copied = Object.create(null);
  for (const key of Object.getOwnPropertyNames(state)) copied[key] = state[key];
  return copied;
}

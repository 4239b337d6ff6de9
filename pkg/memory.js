// What the core remembers of one Presence between two messages, and reports of the
// current one: `Memory` of src/js/border.d.ts.
//
// Invariant: `size` and `metaCount` are those of `state`, as long as nobody but the core
// writes into it.

import { core } from "./core.js";

/** @typedef {import("../src/js/border.js").Memory} Contract */
/** @typedef {Record<string, any>} State */

const NO_WATCHERS = { has: () => false };

/** @implements {Contract} */
export class Memory {
  /** @param {{ state: State, joinRef: unknown, pendingDiffs: unknown }} fields read and written by users, too */
  constructor(fields) {
    this.fields = fields;
    /** @type {State} */
    this.state = fields.state;
    this.size = 0;
    this.metaCount = 0;
    /** @type {string[] | undefined} */
    this.keys = undefined;
    /** @type {State | undefined} The state that was counted. */
    this.counted = fields.state;

    /** @type {unknown} */
    this.waitingUnder = undefined;
    /** @type {unknown[]} The diffs in `pendingDiffs` that the session put there, and not its user. */
    this.added = [];
    this.pendingDiffs = fields.pendingDiffs;
    this.merged = noDiffs();

    /** @type {import("../src/js/border.js").Event[]} */
    this.events = [];
    /** @type {import("../src/js/border.js").Change[]} */
    this.changes = [];
    /** @type {unknown[]} */
    this.problems = [];
    /** @type {Contract["watchers"]} */
    this.watchers = NO_WATCHERS;
  }

  /**
   * Takes the state that is to be read or written, and counts it unless it is the one whose counts are kept.
   *
   * @param {State} state
   * @returns {boolean} whether it is another one
   */
  follow(state) {
    this.state = state;
    if (this.counted === state) return false;
    const keys = Object.getOwnPropertyNames(state);
    const counts = keys.map((key) => core().countMetas(0, this, valueOf(state, key)));
    this.size = keys.length;
    this.metaCount = counts.reduce((sum, count) => sum + Math.max(0, count), 0);
    this.keys = undefined;
    // The core replaces a value that is no presence as if it were not there: it is counted again each time.
    this.counted = counts.includes(-1) ? undefined : state;
    return true;
  }

  /** The changes that were reported since they were last taken. */
  takeChanges() {
    const { changes } = this;
    if (changes.length > 0) this.changes = [];
    return changes;
  }

  // Diffs that wait. Users may push to `pendingDiffs`, freeze it or assign anything to it, as with phoenix.js.

  /** @returns {unknown[]} */
  pending() {
    const { pendingDiffs } = this.fields;
    return Array.isArray(pendingDiffs) ? pendingDiffs : [];
  }

  waiting() {
    if (this.pendingDiffs !== this.fields.pendingDiffs) this.merged = noDiffs(); // The user took away the diffs before.
    return this.pending().length;
  }

  /** @param {object} diff */
  addWaiting(diff) {
    const pending = this.pending();
    const diffs = Object.isExtensible(pending) ? pending : [...pending];
    diffs.push(diff);
    this.added.push(diff);
    this.pendingDiffs = this.fields.pendingDiffs = diffs;
  }

  dropWaiting() {
    const added = new Set(this.added);
    if (added.size > 0) this.fields.pendingDiffs = this.pending().filter((diff) => !added.has(diff));
    this.forgetWaiting();
  }

  /** @returns {unknown[]} */
  takeWaiting() {
    const pending = this.pending();
    this.fields.pendingDiffs = [];
    this.forgetWaiting();
    return pending;
  }

  forgetWaiting() {
    this.added = [];
    this.merged = noDiffs();
    this.pendingDiffs = this.fields.pendingDiffs;
  }
}

/** The value of a key, unless a getter throws. @param {State} state @param {string} key */
function valueOf(state, key) {
  try {
    return state[key];
  } catch {
    return undefined;
  }
}

/** `left` has the refs that left, by key. @returns {{ joins: State, left: Record<string, Set<unknown>> }} */
function noDiffs() {
  return { joins: Object.create(null), left: Object.create(null) };
}

// The roster with `leaveGrace`: the state, and for a while the users who left it.
//
// Invariant: a user who left is shown as before, at the same place, until the timer of
// that message ends or the user is back.

import { core } from "./core.js";
import { List } from "./list.js";
import { Roster, valueOf } from "./roster.js";

/**
 * @typedef {import("./memory.js").State} State
 * @typedef {import("../src/js/border.js").Change} Change
 * @typedef {{ keys: string[], reason: Change["reason"], timer: any }} Leaving users who left with one message
 */

/** The reasons by the numbers that the core gives them. @type {Change["reason"][]} */
const REASONS = ["initial", "resync", "diff"];

export class LeaveGrace extends Roster {
  /**
   * @param {import("./memory.js").Memory} memory
   * @param {number} grace in milliseconds
   * @param {(leaving: Leaving) => void} onEnd called when the grace period of these users ends
   */
  constructor(memory, grace, onEnd) {
    super(memory);
    this.grace = grace;
    this.onEnd = onEnd;
    /** @type {State | undefined} The state that is shown. */
    this.followed = undefined;
    /** @type {State} */
    this.shown = Object.create(null);
    this.shownList = new List();
    /** @type {Map<string, Leaving>} */
    this.leaving = new Map();
    this.delayedMetas = 0;
    /** @type {Set<any>} */
    this.timers = new Set();
  }

  /** The presences that are shown, brought up to date where the user assigned another state. */
  roster() {
    const state = this.state();
    if (this.followed !== state) this.follow(state);
    return this.shown;
  }

  /** @param {State} state */
  follow(state) {
    const before = this.shown;
    const shown = Object.create(null);
    this.followed = state;
    for (const key of Object.getOwnPropertyNames(state)) {
      this.cancelLeave(key);
      shown[key] = valueOf(state, key);
    }
    for (const key of this.leaving.keys()) shown[key] = before[key];
    this.shown = shown;
    this.shownList.reset();
  }

  /** @override */
  prepare() {
    const state = super.prepare();
    this.roster();
    return state;
  }

  /** @override */
  reorder() {
    this.list.reset();
    return false; // Here everyone keeps the place.
  }

  /** @override */
  followsChanges() {
    return true;
  }

  /** @override @param {Change[]} changes */
  update(changes) {
    super.update(changes);
    /** @type {Leaving | undefined} */
    let leaving;
    /** @type {Change[]} */
    const shown = [];
    for (const change of changes) {
      const { key, type, presence, reason } = change;
      if (type === "exit") {
        if (!(key in this.shown)) continue;
        leaving ??= { keys: [], reason, timer: undefined };
        this.delayLeave(key, leaving);
      } else if (this.cancelLeave(key)) {
        const isShown = this.compare(key, this.shown[key], presence, reason);
        if (isShown) shown.push(isShown);
      } else if (presence !== this.shown[key]) {
        shown.push(type === "enter" ? change : { ...change, previous: this.shown[key] });
      }
    }
    for (const { key, presence } of shown) this.shown[key] = presence;
    this.shownList.update(shown);
    if (leaving) this.startTimer(leaving);
    return shown;
  }

  /**
   * The change of a user who is back in time, if there is one.
   *
   * @param {string} key
   * @param {unknown} previous
   * @param {unknown} presence
   * @param {Change["reason"]} reason
   */
  compare(key, previous, presence, reason) {
    core().compare(REASONS.indexOf(reason), this.memory, key, previous, presence);
    return this.memory.takeChanges()[0];
  }

  /** @param {string} key @param {Leaving} leaving */
  delayLeave(key, leaving) {
    this.cancelLeave(key);
    leaving.keys.push(key);
    this.leaving.set(key, leaving);
    this.delayedMetas += core().countMetas(0, this.memory, this.shown[key]);
  }

  /** Ends the delay of a leave. @param {string} key @returns {boolean} whether there was one */
  cancelLeave(key) {
    const wasHeld = this.leaving.delete(key);
    if (wasHeld) this.delayedMetas -= core().countMetas(0, this.memory, this.shown[key]);
    return wasHeld;
  }

  /** @param {Leaving} leaving */
  startTimer(leaving) {
    const timer = setTimeout(() => this.onEnd(leaving), this.grace);
    /** @type {any} */ (timer).unref?.(); // It keeps no Node program running.
    leaving.timer = timer;
    this.timers.add(timer);
  }

  /**
   * The grace period of these users is over.
   *
   * @override
   * @param {Leaving} leaving
   * @returns {Change[]} the changes for listeners
   */
  end(leaving) {
    this.timers.delete(leaving.timer);
    this.roster();
    for (const key of leaving.keys) {
      if (this.leaving.get(key) !== leaving) continue; // Back in time.
      this.cancelLeave(key);
      core().compare(REASONS.indexOf(leaving.reason), this.memory, key, this.shown[key], undefined);
      delete this.shown[key];
    }
    const changes = this.memory.takeChanges();
    this.shownList.update(changes);
    return changes;
  }

  /** @override @param {string} key */
  get(key) {
    return valueOf(this.roster(), key);
  }

  /** @override @param {string} key */
  has(key) {
    return Object.prototype.hasOwnProperty.call(this.roster(), key);
  }

  /** @override */
  get size() {
    this.roster();
    return super.size + this.leaving.size;
  }

  /** @override */
  get metaCount() {
    this.roster();
    return super.metaCount + this.delayedMetas;
  }

  /** @override */
  entries() {
    return this.shownList.read(this.roster(), undefined).entries();
  }

  /** @override */
  dispose() {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

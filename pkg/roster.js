// Who is shown as online by what the class adds to phoenix.js's.
//
// Invariant: everyone in the state, and with `leaveGrace` also who left less than
// that ago; and listeners are told of every difference to what was shown before.

import { core } from "./core.js";
import { View } from "./view.js";

/**
 * @typedef {import("./inbox.js").Inbox} Inbox
 * @typedef {Record<string, unknown>} Shown
 * @typedef {{ list: any[], reason: "initial" | "resync" | "diff" }} Changes
 */

const hasOwn = Object.prototype.hasOwnProperty;

/**
 * The presence of a key, unless a getter of the user's throws.
 *
 * @param {Shown} state
 * @param {string} key
 */
export function valueOf(state, key) {
  try {
    return hasOwn.call(state, key) ? state[key] : undefined;
  } catch {
    return undefined;
  }
}

/** Shows the state. */
export class Roster {
  /** @param {Inbox} inbox */
  constructor(inbox) {
    this.inbox = inbox;
  }

  /** @returns {Shown} */
  shown() {
    return this.inbox.state();
  }

  /** @param {string} key */
  get(key) {
    return valueOf(this.shown(), key);
  }

  /** @param {string} key */
  has(key) {
    return hasOwn.call(this.shown(), key);
  }

  get size() {
    this.inbox.keepCount(this.inbox.state());
    return this.inbox.count;
  }

  get metaCount() {
    this.inbox.keepCount(this.inbox.state());
    return this.inbox.metaCount;
  }

  entries() {
    return this.inbox.view.read(this.shown()).snapshot();
  }

  /** Whether it has to know what was there before a message. */
  follows() {
    return this.inbox.audience.listens();
  }

  /**
   * A message made the presence `previous` of a user into `current`.
   *
   * @param {Changes} changes where what listeners are told goes
   * @param {string} key
   * @param {unknown} previous
   * @param {unknown} current
   */
  turn(changes, key, previous, current) {
    if (previous !== current && this.inbox.audience.hears(key)) core().change(changes, key, previous, current);
  }

  /** All that the message did was told here. */
  done() {}

  dispose() {}
}

/**
 * Shows who left for a while yet.
 *
 * It keeps a roster of its own, an object like the state, in which they keep their place.
 */
export class PatientRoster extends Roster {
  /**
   * @param {Inbox} inbox
   * @param {number} grace in milliseconds
   */
  constructor(inbox, grace) {
    super(inbox);
    this.grace = grace;
    /** @type {object | undefined} The state that it follows. */
    this.followed = undefined;
    /** @type {Shown} */
    this.roster = Object.create(null);
    /** @type {Map<string, Leaving>} Who left, and with whom. */
    this.leaving = new Map();
    /** @type {Leaving | undefined} Who left in this message. */
    this.left = undefined;
    /** @type {Set<Leaving>} */
    this.timed = new Set();
    this.heldMetas = 0;
    /** @type {unknown[] | undefined} For the view. */
    this.log = undefined;
    this.view = new View(this);
  }

  shown() {
    const state = this.inbox.state();
    if (this.followed !== state) this.follow(state);
    return this.roster;
  }

  /**
   * Another object is the state, because the user assigned one or froze the one before.
   *
   * @param {Shown} state
   */
  follow(state) {
    const before = this.roster;
    const roster = Object.create(null);
    this.followed = state;
    for (const key of Object.getOwnPropertyNames(state)) {
      this.release(key);
      roster[key] = valueOf(state, key);
    }
    for (const key of this.leaving.keys()) roster[key] = before[key];
    this.roster = roster;
  }

  get size() {
    this.shown();
    return super.size + this.leaving.size;
  }

  get metaCount() {
    this.shown();
    return super.metaCount + this.heldMetas;
  }

  entries() {
    return this.view.read(this.shown()).snapshot();
  }

  follows() {
    this.shown();
    return true;
  }

  /**
   * @param {Changes} changes
   * @param {string} key
   * @param {unknown} _previous
   * @param {unknown} current
   */
  turn(changes, key, _previous, current) {
    const shown = this.roster[key];
    if (current === undefined) {
      if (shown !== undefined) this.hold(key, changes.reason);
    } else {
      this.release(key);
      this.set(key, current);
      super.turn(changes, key, shown, current);
    }
  }

  /** @param {string} key @param {Changes["reason"]} reason */
  hold(key, reason) {
    this.release(key);
    this.left ??= { keys: [], reason, timer: undefined };
    this.left.keys.push(key);
    this.leaving.set(key, this.left);
    this.heldMetas += this.count(key);
  }

  /** @param {string} key */
  release(key) {
    if (this.leaving.delete(key)) this.heldMetas -= this.count(key);
  }

  /** How many metas one of those shown has. @param {string} key */
  count(key) {
    return Math.max(0, core().countMetas(this.roster, key));
  }

  /** @param {string} key @param {unknown} presence */
  set(key, presence) {
    this.roster[key] = presence;
    this.log?.push(key, true);
  }

  /** Who left in this message leaves the roster together. */
  done() {
    const { left } = this;
    if (!left) return;
    this.left = undefined;
    this.timed.add(left);
    const timer = setTimeout(() => this.inbox.receive(expire, left), this.grace);
    /** @type {any} */ (timer).unref?.(); // Waiting for it keeps no program of Node running.
    left.timer = timer;
  }

  /** @param {Leaving} left @param {Changes} changes */
  expire(left, changes) {
    this.timed.delete(left);
    changes.reason = left.reason;
    this.shown();
    for (const key of left.keys) {
      if (this.leaving.get(key) !== left) continue; // Back in time.
      const presence = this.roster[key];
      this.release(key);
      delete this.roster[key];
      this.log?.push(key, false);
      super.turn(changes, key, presence, undefined);
    }
  }

  dispose() {
    for (const { timer } of this.timed) clearTimeout(timer);
    this.timed.clear();
  }
}

/** @typedef {{ keys: string[], reason: Changes["reason"], timer: ReturnType<typeof setTimeout> | undefined }} Leaving */

/**
 * @param {unknown} _presence
 * @param {Inbox} inbox
 * @param {unknown} left
 */
function expire(_presence, inbox, left) {
  /** @type {PatientRoster} */ (inbox.roster).expire(/** @type {Leaving} */ (left), inbox.changes);
}

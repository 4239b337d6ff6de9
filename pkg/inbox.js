// The messages of one Presence, handled one at a time.
//
// Invariant: a message that arrives while another is handled, because a callback
// caused it, waits until that one is done; the order is kept, and none is lost.
// And all diffs in `waiting` came under its `joinRef`.

import { run } from "./core.js";
import { Reporter, THROWN } from "./problem.js";
import { View } from "./view.js";

/** The callback that is set until another is. */
export const unset = () => {};

/** @param {unknown} callback */
const isSet = (callback) => typeof callback === "function" && callback !== unset;

/**
 * What the core is told of the callbacks that are there: for the others it puts nothing together.
 *
 * @param {unknown} onJoin
 * @param {unknown} onLeave
 */
export function wants(onJoin, onLeave) {
  return (isSet(onJoin) ? 1 : 0) | (isSet(onLeave) ? 2 : 0);
}

/** So much of a log is kept. */
const LONG = 10_000;

/** @typedef {(presence: any, inbox: Inbox, payload: unknown, joinRef: unknown) => void} Handle */

export class Inbox {
  /** @param {{ pendingDiffs: unknown[], channel: any }} presence */
  constructor(presence) {
    this.presence = presence;
    this.reporter = new Reporter();
    this.waiting = noneWaiting(undefined, presence.pendingDiffs);
    this.busy = false;
    /** @type {[Handle, unknown, unknown][]} */
    this.queue = [];

    // For the core: the callbacks of the message that is handled, and what goes wrong in it.
    this.onJoin = unset;
    this.onLeave = unset;
    /** @type {unknown[]} */
    this.problems = [];
    // And what it keeps of the state: see values.js.
    /** @type {object | undefined} */
    this.counted = undefined;
    this.count = 0;
    /** @type {unknown[] | undefined} */
    this.log = undefined;
    this.view = new View(this);
  }

  /**
   * Handles a message now, or after those before it.
   *
   * @param {Handle} handle
   * @param {unknown} payload
   */
  receive(handle, payload) {
    this.queue.push([handle, payload, this.presence.channel.joinRef()]);
    if (this.busy) return;
    this.busy = true;
    try {
      for (let next = this.queue.shift(); next; next = this.queue.shift()) this.handle(...next);
    } finally {
      this.busy = false;
    }
  }

  /**
   * @param {Handle} handle
   * @param {unknown} payload
   * @param {unknown} joinRef
   */
  handle(handle, payload, joinRef) {
    run(() => handle(this.presence, this, payload, joinRef));
    // Nobody has looked for long: the next look walks the state.
    if (this.log && this.log.length > LONG) this.log = undefined;
    if (this.problems.length > 0) this.reporter.report(this.problems.splice(0));
  }

  /**
   * Takes the callbacks for the message that is handled.
   *
   * @param {{ onJoin: any, onLeave: any }} caller
   */
  listen({ onJoin, onLeave }) {
    this.onJoin = onJoin;
    this.onLeave = onLeave;
    return wants(onJoin, onLeave);
  }

  /**
   * Counts the keys of a state, unless this is the one whose count it keeps.
   *
   * @param {object} state
   */
  keepCount(state) {
    if (this.counted === state) return;
    this.counted = state;
    this.count = Object.getOwnPropertyNames(state).length;
  }

  /** @param {any} onSync */
  tellSync(onSync) {
    if (!isSet(onSync)) return;
    try {
      onSync();
    } catch (error) {
      this.problems.push(THROWN, error);
    }
  }

  /**
   * The diffs that wait for the state of a join. Diffs of an earlier one are dropped: they tell of
   * users that its state, being newer, has or has not, and would bring back ghosts.
   *
   * @param {unknown} joinRef
   */
  waitingFor(joinRef) {
    const { presence, waiting } = this;
    if (waiting.joinRef !== joinRef || !Array.isArray(presence.pendingDiffs)) presence.pendingDiffs = [];
    else if (!Object.isExtensible(presence.pendingDiffs)) presence.pendingDiffs = [...presence.pendingDiffs];
    // Or somebody assigned another array.
    if (waiting.diffs !== presence.pendingDiffs) this.waiting = noneWaiting(joinRef, presence.pendingDiffs);
    return this.waiting;
  }

  /** What waited has been applied, and need not be kept. */
  nothingWaits() {
    if (this.waiting.diffs.length > 0) this.waiting = noneWaiting(undefined, []);
  }
}

/**
 * @param {unknown} joinRef
 * @param {unknown[]} diffs as they came
 */
function noneWaiting(joinRef, diffs) {
  // `merged` is what the core makes of the diffs after those.
  return { joinRef, diffs, merged: { joins: Object.create(null), left: Object.create(null) } };
}

// The messages of one Presence, handled one at a time.
//
// Invariant: a message that arrives while another is handled, because a callback
// caused it, waits until that one is done; the order is kept, and none is lost.
// And all diffs in `waiting` came under its `joinRef`.

import { Audience } from "./audience.js";
import { core, run } from "./core.js";
import { Reporter, THROWN } from "./problem.js";
import { PatientRoster, Roster, valueOf } from "./roster.js";
import { Status } from "./status.js";
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

/** And that a state which comes again brings the server's fields and metas. */
const SERVER = 4;

/** So much of a log is kept. */
const LONG = 10_000;

/** Where the user took the state away. */
const NOBODY = Object.freeze(Object.create(null));

/** @typedef {(presence: any, inbox: Inbox, payload: any, joinRef: unknown) => void} Handle */

export class Inbox {
  /**
   * @param {any} presence
   * @param {{ leaveGrace: number, resync: "server" | undefined }} options
   */
  constructor(presence, { leaveGrace, resync }) {
    this.presence = presence;
    this.resync = resync === "server" ? SERVER : 0;
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
    this.metaCount = 0;
    /** @type {unknown[] | undefined} */
    this.log = undefined;
    /** @type {unknown[] | undefined} Keys that the message wrote, and the presence before: key, presence, … */
    this.before = undefined;
    this.view = new View(this);

    // What is added to phoenix.js.
    this.audience = new Audience();
    this.status = new Status(presence);
    /** @type {Roster} */
    this.roster = leaveGrace > 0 ? new PatientRoster(this, leaveGrace) : new Roster(this);
    /** @type {import("./roster.js").Changes} */
    this.changes = { list: [], reason: "diff" };
    // Bound, for `useSyncExternalStore(presence.subscribe, presence.entries)`.
    this.subscribe = this.audience.subscribe.bind(this.audience);
    this.entries = () => this.roster.entries();
  }

  /** @returns {Record<string, unknown>} */
  state() {
    return this.presence.state ?? NOBODY;
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
    this.before = this.roster.follows() ? [] : undefined;
    this.changes.reason = "diff";
    run(() => handle(this.presence, this, payload, joinRef));
    if (this.before && this.before.length > 0) run(() => this.collect());
    this.tellChanges();
    // Nobody has looked for long: the next look walks the state.
    if (this.log && this.log.length > LONG) this.log = undefined;
    if (this.problems.length > 0) this.reporter.report(this.problems.splice(0));
  }

  /** Finds what the message changed, of each user that it wrote. */
  collect() {
    const before = this.before ?? [];
    this.before = undefined;
    const state = this.state();
    /** @type {Set<unknown> | undefined} */
    const seen = before.length > 2 ? new Set() : undefined;
    for (let at = 0; at < before.length; at += 2) {
      const key = /** @type {string} */ (before[at]);
      // Who joins and leaves in one message is written twice, and was before what was there first.
      if (seen?.has(key)) continue;
      seen?.add(key);
      this.roster.turn(this.changes, key, before[at + 1], valueOf(state, key));
    }
    this.roster.done();
  }

  /** Tells the listeners what changed, and that the status did. */
  tellChanges() {
    const news = this.status.turn();
    const { list } = this.changes;
    if (list.length === 0 && !news) return;
    this.changes = { list: [], reason: "diff" };
    this.audience.tell(list, this.problems);
  }

  /** No message is handled any more, and nobody told. */
  dispose() {
    this.queue = [];
    this.roster.dispose();
    this.status.disposed = true;
    this.tellChanges();
    this.audience.close();
    if (!this.busy && this.problems.length > 0) this.reporter.report(this.problems.splice(0));
  }

  /**
   * Takes the callbacks for the message that is handled.
   *
   * @param {{ onJoin: any, onLeave: any }} caller
   */
  listen({ onJoin, onLeave }) {
    this.onJoin = onJoin;
    this.onLeave = onLeave;
    return wants(onJoin, onLeave) | this.resync;
  }

  /**
   * Counts the keys and metas of a state, unless this is the one whose count it keeps.
   *
   * @param {Record<string, unknown>} state
   */
  keepCount(state) {
    if (this.counted === state) return;
    const keys = Object.getOwnPropertyNames(state);
    const counts = keys.map((key) => core().countMetas(state, key));
    this.count = keys.length;
    this.metaCount = counts.reduce((sum, count) => sum + Math.max(0, count), 0);
    // What is no presence the core replaces as if it were not there: then it is counted anew each time.
    this.counted = counts.includes(-1) ? undefined : state;
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

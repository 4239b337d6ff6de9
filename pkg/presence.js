// The Presence class of phoenix.js, over the Rust core. This file keeps what
// users of the class can see: its fields, its callbacks, its statics. What a
// message does to the presences is decided in Rust (src/js in the repository).
// Types and documentation for its users are in index.d.ts.

import { core, run } from "./core.js";
import { Inbox, unset, wants } from "./inbox.js";
import { Link } from "./link.js";
import { readOptions } from "./options.js";
import { settle } from "./problem.js";

// Under a symbol, and not private (#inbox): frameworks hand out proxies of what
// they are given, and a private field cannot be read through a proxy.
const INBOX = Symbol("inbox");
const LINK = Symbol("link");

/**
 * @typedef {import("./index.js").PresenceState} State
 * @typedef {import("./index.js").PresenceOnJoinCallback} OnJoin
 * @typedef {import("./index.js").PresenceOnLeaveCallback} OnLeave
 * @typedef {(key: string, presence: any) => any} Chooser
 * @typedef {import("./inbox.js").Handle} Handle
 */

/**
 * Who is online in a channel: a drop-in for `Presence` of phoenix.js, with the
 * same constructor, callbacks, fields, statics and order.
 */
export class Presence {
  /**
   * @param {import("./index.js").PresenceChannel} channel
   * @param {import("./index.js").PresenceOpts} [opts]
   */
  constructor(channel, opts = {}) {
    const options = readOptions(opts);
    core(); // Where WebAssembly is not to be had, fail here and not in the first message.

    /** @type {State} */
    this.state = Object.create(null);
    /** @type {unknown[]} */
    this.pendingDiffs = [];
    /** @type {any} */
    this.channel = channel;
    /** @type {unknown} */
    this.joinRef = null;
    /** @type {{ onJoin: OnJoin, onLeave: OnLeave, onSync: () => void }} */
    this.caller = { onJoin: unset, onLeave: unset, onSync: unset };

    const inbox = new Inbox(this, options);
    const { state, diff } = options.events;
    const link = new Link(channel, inbox, [
      [state, receiveState],
      [diff, receiveDiff],
    ]);
    Object.defineProperties(this, {
      [INBOX]: { value: inbox },
      [LINK]: { value: link },
    });
  }

  /** @param {OnJoin} callback */
  onJoin(callback) {
    this.caller.onJoin = callback;
  }

  /** @param {OnLeave} callback */
  onLeave(callback) {
    this.caller.onLeave = callback;
  }

  /** @param {() => void} callback */
  onSync(callback) {
    this.caller.onSync = callback;
  }

  /** @param {Chooser} [by] */
  list(by) {
    const { keys, values } = inboxOf(this).view.read(inboxOf(this).state());
    const presences = values.slice();
    return by ? keys.slice().map((key, at) => by(key, presences[at])) : presences;
  }

  inPendingSyncState() {
    return !this.joinRef || this.joinRef !== this.channel.joinRef();
  }

  // What phoenix.js does not have.

  /** @param {(error: Error & { key?: string }) => void} callback */
  onError(callback) {
    inboxOf(this).reporter.onError = callback;
  }

  // Bound, for `useSyncExternalStore(presence.subscribe, presence.entries)`.

  get entries() {
    return inboxOf(this).entries;
  }

  get subscribe() {
    return inboxOf(this).subscribe;
  }

  /** @param {string} key */
  get(key) {
    return inboxOf(this).roster.get(key);
  }

  /** @param {string} key */
  has(key) {
    return inboxOf(this).roster.has(key);
  }

  get size() {
    return inboxOf(this).roster.size;
  }

  get metaCount() {
    return inboxOf(this).roster.metaCount;
  }

  /** @param {string} key @param {(change: import("./index.js").PresenceChange) => void} listener */
  watch(key, listener) {
    return inboxOf(this).audience.watch(String(key), listener);
  }

  get status() {
    return inboxOf(this).status.read();
  }

  whenSynced() {
    return inboxOf(this).status.whenSynced();
  }

  dispose() {
    /** @type {any} */ (this)[LINK].cut();
    inboxOf(this).dispose();
  }

  // Where the symbol is missing, the one that polyfills of it take.
  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.dispose();
  }

  /** @param {State} currentState @param {unknown} newState @param {OnJoin} [onJoin] @param {OnLeave} [onLeave] */
  static syncState(currentState, newState, onJoin, onLeave) {
    const state = copy(currentState);
    const inbox = { onJoin, onLeave, problems: [], count: Object.getOwnPropertyNames(state).length, metaCount: 0 };
    run(() => core().syncState(inbox, state, newState, wants(onJoin, onLeave)));
    settle(inbox.problems);
    return state;
  }

  /** @param {State} state @param {unknown} diff @param {OnJoin} [onJoin] @param {OnLeave} [onLeave] */
  static syncDiff(state, diff, onJoin, onLeave) {
    state = changeable(state);
    const inbox = { onJoin, onLeave, problems: [], count: 0, metaCount: 0 };
    run(() => core().syncDiff(inbox, state, diff, wants(onJoin, onLeave)));
    settle(inbox.problems);
    return state;
  }

  /** @param {State} presences @param {Chooser} [chooser] */
  static list(presences, chooser) {
    return Presence.map(presences, chooser ? (key, presence) => chooser(key, presence) : (_key, presence) => presence);
  }

  // Undocumented in phoenix.js, and there.

  /** @param {State} obj @param {Chooser} func */
  static map(obj, func) {
    return Object.getOwnPropertyNames(obj).map((key) => func(key, obj[key]));
  }

  /** @param {unknown} obj */
  static clone(obj) {
    return JSON.parse(JSON.stringify(obj));
  }

  /** @param {State} obj */
  static toNullProtoObj(obj) {
    return Object.getPrototypeOf(obj) === null ? obj : copy(obj);
  }
}

/** @param {any} presence @returns {Inbox} */
const inboxOf = (presence) => presence[INBOX];

/**
 * A `presence_state` came under `joinRef`: it is applied, and after it the diffs that waited for it.
 *
 * @type {Handle}
 */
function receiveState(presence, inbox, payload, joinRef) {
  const { caller, joinRef: joinRefBefore } = presence;
  inbox.changes.reason = joinRefBefore ? "resync" : "initial";
  const { onSync } = caller;
  const wanted = inbox.listen(caller);
  const state = (presence.state = changeable(presence.state ?? {}));
  inbox.keepCount(state);
  const waiting = inbox.waitingFor(joinRef);
  // Callbacks run before the core returns, and find it all done.
  presence.joinRef = joinRef;
  presence.pendingDiffs = [];
  const applied =
    waiting.diffs.length > 0
      ? core().syncStateAndWaiting(inbox, state, payload, wanted, waiting)
      : core().syncState(inbox, state, payload, wanted);
  if (applied) {
    inbox.nothingWaits();
    inbox.status.sync();
    inbox.tellSync(onSync);
  } else {
    presence.joinRef = joinRefBefore;
    presence.pendingDiffs = waiting.diffs;
  }
}

/**
 * A `presence_diff` came under `joinRef`: it is applied, or waits for the `presence_state` of that join.
 *
 * @type {Handle}
 */
function receiveDiff(presence, inbox, payload, joinRef) {
  if (presence.inPendingSyncState()) {
    core().holdDiff(inbox, payload, inbox.waitingFor(joinRef));
    return;
  }
  const { caller } = presence;
  const { onSync } = caller;
  const wanted = inbox.listen(caller);
  const state = (presence.state = changeable(presence.state ?? {}));
  inbox.keepCount(state);
  if (core().syncDiff(inbox, state, payload, wanted)) inbox.tellSync(onSync);
}

/**
 * A state for the core to change: the one given, or a copy where that has a prototype, or is frozen
 * because its user put it into a store that freezes (immer, Redux Toolkit).
 *
 * @param {State} state
 */
function changeable(state) {
  return Object.getPrototypeOf(state) === null && Object.isExtensible(state) ? state : copy(state);
}

/**
 * A copy without a prototype, so that any string can be a key.
 *
 * @param {State} obj
 */
function copy(obj) {
  /** @type {State} */
  const copied = Object.create(null);
  for (const key of Object.getOwnPropertyNames(obj)) copied[key] = obj[key];
  return copied;
}

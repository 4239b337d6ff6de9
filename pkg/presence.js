// The Presence class of phoenix.js, over the Rust core. This file keeps what
// users of the class can see: its fields, its callbacks, its statics. What a
// message does to the presences is decided in Rust (src/js in the repository).

import { core } from "./core.js";
import { Inbox } from "./inbox.js";
import { settle } from "./problem.js";

// Under a symbol, and not private (#inbox): frameworks hand out proxies of what
// they are given, and a private field cannot be read through a proxy.
const INBOX = Symbol("inbox");

const unset = () => {};

/**
 * Who is online in a channel.
 *
 * A drop-in for `Presence` of phoenix.js: same constructor, callbacks, fields,
 * statics and order. Give it the channel before you join it.
 */
export class Presence {
  /**
   * @param {import("./index.js").PresenceChannel} channel a channel of phoenix.js, or anything with its `on` and `joinRef`
   * @param {import("./index.js").PresenceOpts} [opts] `events` renames `presence_state` and `presence_diff`
   */
  constructor(channel, opts) {
    core(); // Where WebAssembly is not to be had, fail here and not in the first message.

    /** Presences by key: an object without a prototype. */
    this.state = Object.create(null);
    /** Diffs that wait for the first `presence_state` of the current join. */
    this.pendingDiffs = [];
    this.channel = channel;
    /** The join that `state` belongs to; null before the first `presence_state`. */
    this.joinRef = null;
    this.caller = { onJoin: unset, onLeave: unset, onSync: unset };

    const inbox = new Inbox(channel);
    Object.defineProperty(this, INBOX, { value: inbox });

    channel.on(opts?.events?.state ?? "presence_state", (payload) => {
      inbox.receive((joinRef) => {
        const { onJoin, onLeave, onSync } = callbacks(this.caller);
        this.state = Presence.toNullProtoObj(this.state);
        core().receiveState(this, inbox, payload, joinRef, onJoin, onLeave, onSync);
      });
    });

    channel.on(opts?.events?.diff ?? "presence_diff", (payload) => {
      inbox.receive((joinRef) => {
        if (this.inPendingSyncState()) {
          core().holdDiff(this, inbox, payload, joinRef);
        } else {
          const { onJoin, onLeave, onSync } = callbacks(this.caller);
          this.state = Presence.toNullProtoObj(this.state);
          core().receiveDiff(this, inbox, payload, onJoin, onLeave, onSync);
        }
      });
    });
  }

  /** Metas joined: `(key, current | undefined, joined)`. One callback; the next call replaces it. */
  onJoin(callback) {
    this.caller.onJoin = callback;
  }

  /** Metas left: `(key, current, left)`; `current` has no metas when the last one left. */
  onLeave(callback) {
    this.caller.onLeave = callback;
  }

  /** A message was applied, whatever it changed. */
  onSync(callback) {
    this.caller.onSync = callback;
  }

  /**
   * A callback threw, or the server sent something malformed: `(error)`, with
   * the presence's key in `error.key` where there is one. Without it, what a
   * callback throws surfaces as an uncaught error, and the first malformed
   * message as a warning on the console.
   */
  onError(callback) {
    this[INBOX].onError = callback;
  }

  /** The presences, or what `by(key, presence)` makes of each. */
  list(by) {
    return Presence.list(this.state, by);
  }

  /** Whether the current join has not had its `presence_state` yet. */
  inPendingSyncState() {
    return !this.joinRef || this.joinRef !== this.channel.joinRef();
  }

  /** A new state: `currentState` made what the server says in `newState`. */
  static syncState(currentState, newState, onJoin, onLeave) {
    const state = copy(currentState);
    const call = callbacks({ onJoin, onLeave });
    settle((problems) => core().syncState(state, newState, call.onJoin, call.onLeave, problems));
    return state;
  }

  /** `state` with `diff` applied: in place if it has no prototype, else a copy. */
  static syncDiff(state, diff, onJoin, onLeave) {
    state = Presence.toNullProtoObj(state);
    const call = callbacks({ onJoin, onLeave });
    settle((problems) => core().syncDiff(state, diff, call.onJoin, call.onLeave, problems));
    return state;
  }

  /** The presences of a state, or what `chooser(key, presence)` makes of each. */
  static list(presences, chooser) {
    return Presence.map(presences, chooser ? (key, presence) => chooser(key, presence) : (_key, presence) => presence);
  }

  // Undocumented in phoenix.js, and there.

  static map(obj, func) {
    return Object.getOwnPropertyNames(obj).map((key) => func(key, obj[key]));
  }

  static clone(obj) {
    return JSON.parse(JSON.stringify(obj));
  }

  static toNullProtoObj(obj) {
    return Object.getPrototypeOf(obj) === null ? obj : copy(obj);
  }
}

/** A copy without a prototype, so that any string can be a key. */
function copy(obj) {
  const copied = Object.create(null);
  for (const key of Object.getOwnPropertyNames(obj)) copied[key] = obj[key];
  return copied;
}

/** The callbacks that are there to be called; for the others no arguments are made. */
function callbacks({ onJoin, onLeave, onSync }) {
  const set = (callback) => (typeof callback === "function" && callback !== unset ? callback : undefined);
  return { onJoin: set(onJoin), onLeave: set(onLeave), onSync: set(onSync) };
}

// Who wants to hear what changed.
//
// Invariant: a listener that was taken away is never called again, not even for
// the message that is being told; and what one throws keeps no other from hearing.

import { THROWN } from "./problem.js";

/** @typedef {import("./index.js").PresenceChange} Change */
/** @typedef {{ call: (told: any) => void }} Listener a subscription, so that one function may have several */

export class Audience {
  constructor() {
    /** @type {Set<Listener>} */
    this.subscribers = new Set();
    /** @type {Map<string, Set<Listener>>} */
    this.watchers = new Map();
    this.closed = false;
  }

  /** @param {(changes: readonly Change[]) => void} call */
  subscribe(call) {
    return this.add(this.subscribers, call, "subscribe");
  }

  /**
   * @param {string} key
   * @param {(change: Change) => void} call
   */
  watch(key, call) {
    const watchers = this.watchers.get(key) ?? new Set();
    const stop = this.add(watchers, call, "watch");
    if (watchers.size > 0) this.watchers.set(key, watchers);
    return () => {
      stop();
      if (watchers.size === 0 && this.watchers.get(key) === watchers) this.watchers.delete(key);
    };
  }

  /**
   * @param {Set<Listener>} listeners
   * @param {(told: any) => void} call
   * @param {string} method
   */
  add(listeners, call, method) {
    if (typeof call !== "function") throw new TypeError(`${method}: expected a function as listener`);
    const listener = { call };
    if (!this.closed) listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Whether anybody hears anything. */
  listens() {
    return this.subscribers.size > 0 || this.watchers.size > 0;
  }

  /**
   * Whether anybody hears of this user.
   *
   * @param {string} key
   */
  hears(key) {
    return this.subscribers.size > 0 || this.watchers.has(key);
  }

  /**
   * @param {readonly Change[]} changes
   * @param {unknown[]} problems where what a listener throws goes
   */
  tell(changes, problems) {
    tellAll(this.subscribers, changes, problems);
    if (this.watchers.size === 0) return;
    for (const change of changes) tellAll(this.watchers.get(change.key), change, problems);
  }

  close() {
    this.closed = true;
    this.subscribers.clear();
    for (const watchers of this.watchers.values()) watchers.clear();
    this.watchers.clear();
  }
}

/**
 * @param {Set<Listener> | undefined} listeners
 * @param {unknown} told
 * @param {unknown[]} problems
 */
function tellAll(listeners, told, problems) {
  if (!listeners?.size) return;
  for (const listener of [...listeners]) {
    if (!listeners.has(listener)) continue;
    try {
      listener.call(told);
    } catch (error) {
      problems.push(THROWN, error);
    }
  }
}

// The listeners of `subscribe` and `watch`.
//
// Invariant: a listener is called for the messages between its subscription and its end,
// neither for the one during which it was added, nor after it was removed.

import { THROWN } from "./problems.js";

/** @typedef {import("./index.js").PresenceChange} Change */
/** @typedef {{ call: (argument: any) => void, since: number }} Listener a subscription: one function may have several */

export class Listeners {
  constructor() {
    /** @type {Set<Listener>} */
    this.subscribers = new Set();
    /** @type {Map<string, Set<Listener>>} */
    this.watchers = new Map();
    /** Counts messages. */
    this.message = 0;
    /** Whether a message is handled: a listener that is added now is called from the next one on. */
    this.isBusy = false;
    this.isClosed = false;
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
   * @param {(argument: any) => void} call
   * @param {string} method
   */
  add(listeners, call, method) {
    if (typeof call !== "function") throw new TypeError(`${method}: expected a function as listener`);
    const listener = { call, since: this.message + (this.isBusy ? 1 : 0) };
    if (!this.isClosed) listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** A message begins. */
  begin() {
    this.message++;
    this.isBusy = true;
  }

  /**
   * Calls the listeners with what a message changed.
   *
   * @param {readonly Change[]} changes
   * @param {unknown[]} problems gets what they throw
   */
  notify(changes, problems) {
    this.callAll(this.subscribers, changes, problems);
    if (this.watchers.size === 0) return;
    for (const change of changes) this.callAll(this.watchers.get(change.key), change, problems);
  }

  /** A message is done. */
  end() {
    this.isBusy = false;
    if (this.isClosed) this.clear();
  }

  /** Removes all listeners, after the message that is handled. */
  close() {
    this.isClosed = true;
    if (!this.isBusy) this.clear();
  }

  clear() {
    this.subscribers.clear();
    this.watchers.clear();
  }

  /**
   * @param {Set<Listener> | undefined} listeners
   * @param {unknown} argument
   * @param {unknown[]} problems
   */
  callAll(listeners, argument, problems) {
    // A set that changes meanwhile: what was removed is not visited, what was added is.
    for (const { call, since } of listeners ?? []) {
      if (since > this.message) continue;
      try {
        call(argument);
      } catch (error) {
        problems.push(THROWN, error);
      }
    }
  }
}

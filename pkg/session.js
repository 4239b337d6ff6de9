// The session of one Presence: the way of a message, from the channel to the listeners.
//
// Invariant: messages are handled one at a time, in the order of their arrival. One that
// arrives while another is handled, because a callback caused it, waits.

import { core, coreError } from "./core.js";
import { LeaveGrace } from "./leave-grace.js";
import { Listeners } from "./listeners.js";
import { Memory } from "./memory.js";
import { callBack, callBackOnce, NO_STATE, Reporter } from "./problems.js";
import { Roster } from "./roster.js";
import { StateTimeout } from "./state-timeout.js";
import { Status } from "./status.js";
import { Subscription } from "./subscription.js";

/** The callback that is set until another is. */
export const unset = () => {};

/** @param {unknown} callback */
const isSet = (callback) => typeof callback === "function" && callback !== unset;

// The bits of `Flags`: src/js/border.d.ts says what each asks of the core.
const JOINS = 1;
const LEAVES = 2;
const RESYNC_SERVER = 4;
const CHANGES = 8;
const METAS_OF_ALL = 16;
const METAS_OF_WATCHED = 32;
const JOINING = 64;
const VISITS = 128;

/**
 * The flags that ask for the events of these callbacks, where they are set.
 *
 * @param {unknown} onJoin
 * @param {unknown} onLeave
 */
export const eventFlags = (onJoin, onLeave) => (isSet(onJoin) ? JOINS : 0) | (isSet(onLeave) ? LEAVES : 0);

/**
 * @typedef {import("./subscription.js").Kind} Kind
 * @typedef {{ kind: Kind, payload: any, joinRef: unknown, isJoining: boolean }} Message
 */

export class Session {
  /**
   * @param {any} fields the public fields of the Presence, which users read and write
   * @param {ReturnType<typeof import("./options.js").readOptions>} options
   */
  constructor(fields, { events, leaveGrace, resync }) {
    this.fields = fields;
    this.flags = (resync === "server" ? RESYNC_SERVER : 0) | (leaveGrace > 0 ? VISITS : 0);
    this.memory = new Memory(fields);
    this.listeners = new Listeners();
    this.memory.watchers = this.listeners.watchers;
    this.reporter = new Reporter();
    this.status = new Status(fields);
    this.roster =
      leaveGrace > 0
        ? new LeaveGrace(this.memory, leaveGrace, (leaving) => this.receive("grace over", leaving))
        : new Roster(this.memory);
    /** @type {Message[]} */
    this.queue = [];
    this.isBusy = false;
    this.isDisposed = false;
    /** Whether a message moved users in the list who did not change. */
    this.isReordered = false;
    this.timeout = new StateTimeout(() => this.receive("no state", undefined));
    this.subscription = new Subscription(fields.channel, events, (kind, payload) => this.receive(kind, payload));
    if (fields.channel.state === "joined") this.timeout.start();

    // Bound, for `useSyncExternalStore(presence.subscribe, presence.entries)`.
    this.subscribe = this.listeners.subscribe.bind(this.listeners);
    this.entries = () => this.roster.entries();
  }

  /**
   * Handles a message now, or after those before it.
   *
   * @param {Kind} kind
   * @param {any} payload
   */
  receive(kind, payload) {
    const { channel } = this.fields;
    const message = { kind, payload, joinRef: channel.joinRef(), isJoining: channel.state === "joining" };
    if (this.isBusy) return void this.queue.push(message);
    this.isBusy = true;
    try {
      this.handle(message);
      for (let next = this.queue.shift(); next; next = this.queue.shift()) this.handle(next);
    } catch (error) {
      throw coreError(error);
    } finally {
      this.isBusy = false;
    }
  }

  /**
   * The way of a message.
   *
   * @param {Message} message
   */
  handle(message) {
    const { fields, memory, roster, listeners, status } = this;
    const { onJoin, onLeave, onSync } = fields.caller;
    listeners.begin();

    // The state, the roster and the changes of users: all up to date before the first callback.
    const isApplied = this.apply(message, this.flags | eventFlags(onJoin, onLeave));
    const changes = message.kind === "grace over" ? roster.end(message.payload) : roster.update(memory.takeChanges());

    // The callbacks of phoenix.js.
    const { events, problems } = memory;
    if (events.length > 0) {
      memory.events = [];
      callBack(events, onJoin, onLeave, problems);
    }
    if (isApplied && isSet(onSync)) callBackOnce(onSync, problems);

    // The listeners, and the promises of `whenSynced`.
    const isNewStatus = status.update();
    if (changes.length > 0 || isNewStatus || this.isReordered) listeners.notify(changes, problems);
    this.report();
    // A listener or onError may have disposed of it, which the listeners before do not know.
    if (this.isDisposed && status.update()) {
      listeners.notify([], problems);
      this.report();
    }
    listeners.end();
    this.isReordered = false;
  }

  report() {
    const { problems } = this.memory;
    if (problems.length > 0) this.reporter.report(problems.splice(0));
  }

  /**
   * Applies a message to the state and the status.
   *
   * @param {Message} message
   * @param {number} flags
   * @returns {boolean} whether it was a payload that is applied now
   */
  apply({ kind, payload, joinRef, isJoining }, flags) {
    const { fields, memory, roster, status, subscription, timeout } = this;
    switch (kind) {
      case "state": {
        const someWait = memory.waiting() > 0;
        const state = this.prepare();
        if (!core().receiveState(flags | this.changeFlags(), memory, state, payload, joinRef)) return false;
        if (someWait) this.isReordered = roster.reorder();
        timeout.stop();
        subscription.leaveSocket();
        status.synced();
        return true;
      }
      case "diff": {
        // Where it waits, the state stays as it is.
        const state = fields.joinRef && fields.joinRef === joinRef ? this.prepare() : memory.state;
        const joining = isJoining ? JOINING : 0;
        if (core().receiveDiff(flags | this.changeFlags() | joining, memory, state, payload, joinRef)) return true;
        if (memory.waiting() > 0) this.waits();
        return false;
      }
      case "earlier join closed":
        memory.dropWaiting();
        return false;
      case "joined":
        if (fields.joinRef !== joinRef) timeout.start();
        return false;
      case "no state":
        memory.problems.push(NO_STATE, memory.waiting() > 0);
        return false;
      case "grace over":
        return false;
      default:
        timeout.stop();
        status.fail(kind, payload);
        return false;
    }
  }

  /** A diff waits for its state: the close of an earlier join would make it obsolete. */
  waits() {
    this.subscription.joinSocket();
    if (this.fields.channel.state === "joined") this.timeout.start();
  }

  changeFlags() {
    const { subscribers, watchers } = this.listeners;
    if (subscribers.size > 0) return CHANGES | METAS_OF_ALL;
    if (watchers.size > 0) return CHANGES | METAS_OF_WATCHED;
    return this.roster.followsChanges() ? CHANGES : 0;
  }

  /** The state, ready to be written by the core. */
  prepare() {
    this.memory.keys = undefined;
    return this.roster.prepare();
  }

  /** Ends it: no message is handled any more. The listeners are called once more, since the status changes. */
  dispose() {
    const { memory, roster, listeners, status } = this;
    this.subscription.end();
    this.timeout.stop();
    this.queue = [];
    this.isDisposed = true;
    roster.dispose();
    status.dispose();
    if (this.isBusy) return listeners.close(); // The message that is handled notifies them.
    if (status.update()) listeners.notify([], memory.problems);
    listeners.close();
    this.report();
  }
}

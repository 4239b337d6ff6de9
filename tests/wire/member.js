/**
 * A member of a room: the real phoenix.js socket over a real WebSocket, with phoenix.js's Presence
 * and ours on the same channel.
 *
 * After every message both must have the same state in the same order, and must have made the same
 * calls with the same arguments. A difference fails the test at the message that caused it.
 */

import assert from "node:assert/strict";

import * as phoenix from "phoenix";
import { Presence } from "phoenix-presence";
import WebSocket from "ws";

/** @typedef {{ metas: Record<string, any>[], [field: string]: unknown }} Entry */

/** The delay before connecting again, in milliseconds: short for a test, but not 0, so that an unreachable server is not flooded. */
const RETRY_MS = 20;

/**
 * phoenix.js's Presence beside another one: it changes the payloads it is given, so it gets copies.
 *
 * @param {phoenix.Channel} channel
 */
export function phoenixPresence(channel) {
  return new phoenix.Presence(
    /** @type {any} */ ({
      on: (/** @type {string} */ event, /** @type {(payload: unknown) => void} */ callback) =>
        channel.on(event, (payload) => callback(structuredClone(payload))),
      joinRef: () => /** @type {any} */ (channel).joinRef(),
    }),
  );
}

/** What was called, in words that can be compared. */
class CallLog {
  /** @type {string[]} */
  calls = [];

  /** @param {{ onJoin: Function, onLeave: Function, onSync: Function }} presence */
  constructor(presence) {
    const note =
      (/** @type {string} */ name) =>
      // As text right away, because an argument may be changed later.
      (/** @type {unknown[]} */ ...args) =>
        void this.calls.push(`${name} ${JSON.stringify(args)}`);
    presence.onJoin(note("join"));
    presence.onLeave(note("leave"));
    presence.onSync(note("sync"));
  }

  /** The calls since the last time. */
  take() {
    return this.calls.splice(0);
  }
}

export class Member {
  /** How many messages were compared. */
  compared = 0;
  /** What phoenix.js's Presence called since {@link Member.calls} was last emptied. @type {string[]} */
  calls = [];
  /** @type {{ isMet: () => boolean, resolve: () => void }[]} */
  #waiting = [];
  /** @type {Error | undefined} */
  #difference;
  /** @type {WebSocket | undefined} */
  #webSocket;
  #states = 0;

  /**
   * @param {import("../support/server.js").RunningServer} server
   * @param {string} userId
   * @param {{ topic?: string, payload?: object }} [options]
   */
  constructor(server, userId, { topic = "room:lobby", payload = {} } = {}) {
    this.userId = userId;
    const keep = (/** @type {WebSocket} */ webSocket) => (this.#webSocket = webSocket);
    class Transport extends WebSocket {
      /** @param {string} address @param {string[]} [protocols] */
      constructor(address, protocols) {
        super(address, protocols);
        keep(this);
      }
    }
    this.socket = new phoenix.Socket(server.wsUrl, {
      params: { user_id: userId },
      transport: Transport,
      reconnectAfterMs: () => RETRY_MS,
      rejoinAfterMs: () => RETRY_MS,
    });
    this.channel = this.socket.channel(topic, payload);

    this.ours = new Presence(this.channel);
    this.ours.onError((error) => this.#fail(error));
    this.theirs = phoenixPresence(this.channel);
    const ours = new CallLog(this.ours);
    const theirs = new CallLog(this.theirs);
    // Bound last, so both have handled the message.
    for (const event of ["presence_state", "presence_diff"]) {
      this.channel.on(event, () => {
        if (event === "presence_state") this.#states += 1;
        const calls = theirs.take();
        this.calls.push(...calls);
        try {
          assert.deepEqual(ours.take(), calls, `calls of ${userId}`);
          this.#compare();
        } catch (error) {
          this.#fail(/** @type {Error} */ (error));
        }
        this.compared += 1;
        this.#wake();
      });
    }
    this.socket.connect();
  }

  #compare() {
    const { ours, theirs } = this;
    // As text: key order counts.
    assert.equal(
      JSON.stringify(ours.state),
      JSON.stringify(/** @type {any} */ (theirs).state),
      `state of ${this.userId}`,
    );
    assert.equal(JSON.stringify(ours.list()), JSON.stringify(theirs.list()));
    const byKey = (/** @type {string} */ key, /** @type {Entry} */ entry) => [key, entry.metas.length];
    assert.deepEqual(ours.list(byKey), theirs.list(/** @type {any} */ (byKey)));
    assert.equal(ours.inPendingSyncState(), /** @type {any} */ (theirs).inPendingSyncState());
    assert.equal(ours.joinRef, /** @type {any} */ (theirs).joinRef);
    assert.equal(JSON.stringify(ours.pendingDiffs), JSON.stringify(/** @type {any} */ (theirs).pendingDiffs));
  }

  /** @param {Error} error */
  #fail(error) {
    this.#difference ??= error;
    this.#wake();
  }

  #wake() {
    this.#waiting = this.#waiting.filter(({ isMet, resolve }) => {
      const done = this.#difference !== undefined || isMet();
      if (done) resolve();
      return !done;
    });
  }

  /**
   * Resolves when a message has made the condition true; rejects if the two differ.
   *
   * @param {(state: Record<string, Entry>) => boolean} condition
   */
  async until(condition) {
    const isMet = () => condition(this.ours.state);
    if (!isMet()) {
      await /** @type {Promise<void>} */ (new Promise((resolve) => this.#waiting.push({ isMet, resolve })));
    }
    if (this.#difference) throw this.#difference;
  }

  /** Resolves at the next `presence_state`. */
  async nextState() {
    const before = this.#states;
    await this.until(() => this.#states > before);
  }

  /** Joins, and waits for the state. */
  async join() {
    const synced = this.nextState();
    this.channel.join();
    await synced;
    return this;
  }

  /**
   * @param {string} event
   * @param {object} [payload]
   * @returns {Promise<any>} the server's answer
   */
  push(event, payload = {}) {
    return new Promise((resolve, reject) => {
      this.channel
        .push(event, payload)
        .receive("ok", resolve)
        .receive("error", (/** @type {{ reason: string }} */ { reason }) => reject(new Error(reason)))
        .receive("timeout", () => reject(new Error(`no answer to ${event}`)));
    });
  }

  /** Crashes the channel on the server, and waits until phoenix.js has joined again. */
  async crash() {
    const synced = this.nextState();
    const unanswered = /** @type {any} */ (this.channel.push("crash", {}));
    await synced;
    // Until its timeout it would keep the process alive.
    unanswered.cancelTimeout();
  }

  /** Cuts the TCP connection, and waits until phoenix.js has connected and joined again. */
  async drop() {
    const synced = this.nextState();
    this.#webSocket?.terminate();
    await synced;
  }

  /** Requests the server's list, which must equal both rosters. */
  async checkAgainstServer() {
    // The server answers in order, so everything before this answer has arrived.
    await this.push("untrack", { key: "no such key" });
    const before = JSON.stringify(this.ours.state);
    this.calls = [];
    await this.push("state");
    await this.until(() => true);
    assert.equal(JSON.stringify(this.ours.state), before, `${this.userId} had missed something`);
    assert.deepEqual(this.calls, ["sync []"]);
  }

  /** Leaves for good. */
  leave() {
    return /** @type {Promise<void>} */ (
      new Promise((resolve) => this.channel.leave().receive("ok", () => this.disconnect().then(resolve)))
    );
  }

  /** Closes the connection for good. */
  disconnect() {
    return /** @type {Promise<void>} */ (new Promise((resolve) => this.socket.disconnect(resolve)));
  }

  /** The users who are online, each with the number of devices. */
  get room() {
    return Object.fromEntries(
      Object.entries(/** @type {Record<string, Entry>} */ (this.ours.state)).map(([key, { metas }]) => [
        key,
        metas.length,
      ]),
    );
  }
}

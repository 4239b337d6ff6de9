/**
 * One client of the soak test: the real phoenix.js socket over a real WebSocket, with our Presence on
 * its channel, and the keys that the server must be tracking for it.
 *
 * Every meta names its client and the number of the join, so that the server's list can be compared
 * with the keys that the clients have tracked.
 */

import * as phoenix from "phoenix";
import { Presence } from "phoenix-presence";
import WebSocket from "ws";

const RETRY_MS = 20;
const MAX_RETRY_MS = 200;

/** @param {number} tries */
const retry = (tries) => Math.min(RETRY_MS * tries, MAX_RETRY_MS);

/**
 * @typedef {object} ClientOptions
 * @property {string} wsUrl
 * @property {string} topic
 * @property {string} userId
 * @property {number} id
 * @property {() => number} delay the milliseconds after which the server tracks a join, or 0
 * @property {(error: Error) => void} onProblem
 */

export class Client {
  /** The number of joins that were sent. */
  joins = 0;
  /** The number of messages received. */
  messages = 0;
  /** Whether an action is under way. */
  busy = false;
  /** The keys that the server tracks for the current join. @type {Set<string>} */
  tracked = new Set();
  /** The keys that are online according to onJoin and onLeave. @type {Set<string>} */
  online = new Set();
  /** @type {{ isMet: () => boolean, resolve: () => void }[]} */
  #waiting = [];
  /** @type {WebSocket | undefined} */
  #webSocket;

  /** @param {ClientOptions} options */
  constructor(options) {
    this.options = options;
    const keep = (/** @type {WebSocket} */ webSocket) => (this.#webSocket = webSocket);
    class Transport extends WebSocket {
      /** @param {string} address @param {string[]} [protocols] */
      constructor(address, protocols) {
        super(address, protocols);
        keep(this);
      }
    }
    this.socket = new phoenix.Socket(options.wsUrl, {
      params: { user_id: options.userId },
      transport: Transport,
      reconnectAfterMs: retry,
      rejoinAfterMs: retry,
    });
    const join = /** @type {any} */ (() => this.#joinPayload());
    this.channel = this.socket.channel(options.topic, join);
    this.presence = new Presence(this.channel);
    this.presence.onError((error) => this.fail(error.message));
    this.presence.onJoin((key, current) => {
      if (!current) this.online.add(key);
    });
    this.presence.onLeave((key, current) => {
      if (current.metas.length === 0) this.online.delete(key);
    });
    const check = () => this.#check();
    this.socket.onOpen(check);
    this.socket.onClose(check);
    this.socket.onMessage(() => {
      this.messages += 1;
      this.#check();
    });
    this.channel.onError(check);
    this.channel.onClose(check);
    this.socket.connect();
    this.channel.join();
  }

  /** Counts a join. @returns {object} its payload */
  #joinPayload() {
    this.joins += 1;
    this.tracked = new Set([this.options.userId]);
    const delay_ms = this.options.delay();
    return { ...this.mark(), ...(delay_ms > 0 && { delay_ms }) };
  }

  /** The fields of every meta of the current join. */
  mark() {
    return { client: this.options.id, join: this.joins };
  }

  /** @param {string} message */
  fail(message) {
    this.options.onProblem(new Error(`client ${this.options.id} in ${this.options.topic}: ${message}`));
  }

  #check() {
    this.#waiting = this.#waiting.filter(({ isMet, resolve }) => {
      const met = isMet();
      if (met) resolve();
      return !met;
    });
  }

  /**
   * Resolves when an event has made the condition true.
   *
   * @param {() => boolean} isMet
   * @returns {Promise<void>}
   */
  until(isMet) {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ isMet, resolve }));
  }

  get isJoined() {
    return this.socket.isConnected() && this.channel.state === "joined";
  }

  /** Whether it has the state of its current join. */
  get isReady() {
    return this.isJoined && !this.presence.inPendingSyncState();
  }

  /** Resolves when a later join has its state. */
  nextState() {
    const { joins } = this;
    return this.until(() => this.joins > joins && this.isReady);
  }

  /**
   * Sends an event that the server must not refuse.
   *
   * @param {string} event
   * @param {object} [payload]
   * @returns {Promise<boolean>} false if the connection was lost before the answer
   */
  async push(event, payload = {}) {
    const { joins } = this;
    if (!this.isReady) return false;
    /** @type {boolean | undefined} */
    let answer;
    const push = this.channel
      .push(event, payload)
      .receive("ok", () => (answer = true))
      .receive("error", ({ reason }) => this.fail(`${event} was refused: ${reason}`))
      .receive("error", () => (answer = false))
      .receive("timeout", () => this.fail(`${event} got no answer`))
      .receive("timeout", () => (answer = false));
    await this.until(() => answer !== undefined || this.joins !== joins || !this.isJoined);
    // Without an answer, the push would keep its timer until its timeout.
    if (answer === undefined) /** @type {any} */ (push).cancelTimeout();
    return answer === true;
  }

  /** Resolves when everything that the server has sent so far has arrived, since it answers in order. */
  barrier() {
    return this.push("untrack", { key: "nobody" });
  }

  /** Cuts the TCP connection. */
  cut() {
    this.#webSocket?.terminate();
  }

  /** Tells the server that it leaves, and waits for the answer while there is a connection. */
  async leave() {
    let left = false;
    this.channel.leave().receive("ok", () => {
      left = true;
      this.#check();
    });
    await this.until(() => left || !this.socket.isConnected());
  }

  /** Closes the connection for good. @returns {Promise<void>} */
  disconnect() {
    return new Promise((resolve) => this.socket.disconnect(resolve));
  }
}

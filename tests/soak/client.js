/**
 * One client of the soak: the real phoenix.js socket over a real WebSocket, with our Presence on its
 * channel, and what it knows itself to have tracked.
 *
 * Invariant: every join is a new life, and every meta that the server has from this client names the
 * client and its life. So the server's list can be compared with what the clients believe.
 */

import * as phoenix from "phoenix";
import { Presence } from "phoenix-presence";
import WebSocket from "ws";

const RETRY_MS = 20;
const MAX_RETRY_MS = 200;

/** @param {number} tries */
const retry = (tries) => Math.min(RETRY_MS * tries, MAX_RETRY_MS);

/**
 * @typedef {object} Place
 * @property {string} wsUrl
 * @property {string} topic
 * @property {string} userId
 * @property {number} id
 * @property {() => number} delay the milliseconds after which the server tracks a join, or 0
 * @property {(error: Error) => void} onProblem
 */

export class Client {
  /** How many joins were asked for. */
  life = 0;
  /** Messages that came. */
  messages = 0;
  /** A deed is under way. */
  busy = false;
  /** The keys that this life tracks. @type {Set<string>} */
  tracked = new Set();
  /** The keys that are there, by the callbacks alone. @type {Set<string>} */
  online = new Set();
  /** @type {{ isMet: () => boolean, resolve: () => void }[]} */
  #waiting = [];
  /** @type {WebSocket | undefined} */
  #line;

  /** @param {Place} place */
  constructor(place) {
    this.place = place;
    const setLine = (/** @type {WebSocket} */ line) => (this.#line = line);
    class Line extends WebSocket {
      /** @param {string} address @param {string[]} [protocols] */
      constructor(address, protocols) {
        super(address, protocols);
        setLine(this);
      }
    }
    this.socket = new phoenix.Socket(place.wsUrl, {
      params: { user_id: place.userId },
      transport: Line,
      reconnectAfterMs: retry,
      rejoinAfterMs: retry,
    });
    const join = /** @type {any} */ (() => this.#beginLife());
    this.channel = this.socket.channel(place.topic, join);
    this.presence = new Presence(this.channel);
    this.presence.onError((error) => this.fail(error.message));
    this.presence.onJoin((key, current) => {
      if (!current) this.online.add(key);
    });
    this.presence.onLeave((key, current) => {
      if (current.metas.length === 0) this.online.delete(key);
    });
    const wake = () => this.#wake();
    this.socket.onOpen(wake);
    this.socket.onClose(wake);
    this.socket.onMessage(() => {
      this.messages += 1;
      this.#wake();
    });
    this.channel.onError(wake);
    this.channel.onClose(wake);
    this.socket.connect();
    this.channel.join();
  }

  /** @returns {object} the payload of a join */
  #beginLife() {
    this.life += 1;
    this.tracked = new Set([this.place.userId]);
    const delay_ms = this.place.delay();
    return { ...this.mark(), ...(delay_ms > 0 && { delay_ms }) };
  }

  /** What every meta of this life holds. */
  mark() {
    return { client: this.place.id, life: this.life };
  }

  /** @param {string} message */
  fail(message) {
    this.place.onProblem(new Error(`client ${this.place.id} in ${this.place.topic}: ${message}`));
  }

  #wake() {
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

  /** Whether it has the state of its current life. */
  get isReady() {
    return this.isJoined && !this.presence.inPendingSyncState();
  }

  /** Resolves when a life after `life` has its state. */
  afterLife(life = this.life) {
    return this.until(() => this.life > life && this.isReady);
  }

  /**
   * Asks the server for something that it has to grant.
   *
   * @param {string} event
   * @param {object} [payload]
   * @returns {Promise<boolean>} whether it did; false when the connection was lost before the answer
   */
  async push(event, payload = {}) {
    const { life } = this;
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
    await this.until(() => answer !== undefined || this.life !== life || !this.isJoined);
    // Lost: it would keep its timer until it has given up.
    if (answer === undefined) /** @type {any} */ (push).cancelTimeout();
    return answer === true;
  }

  /** Resolves when everything the server sent so far has come: it answers in order. */
  barrier() {
    return this.push("untrack", { key: "nobody" });
  }

  /** Cuts the TCP connection. */
  cut() {
    this.#line?.terminate();
  }

  /** Tells the server that it leaves, and waits for the answer while there is a connection. */
  async leave() {
    let left = false;
    this.channel.leave().receive("ok", () => {
      left = true;
      this.#wake();
    });
    await this.until(() => left || !this.socket.isConnected());
  }

  /** Closes the tab. @returns {Promise<void>} */
  disconnect() {
    return new Promise((resolve) => this.socket.disconnect(resolve));
  }
}

/**
 * A room in which a client joins, leaves and joins again in one turn while others come and go, and
 * what both Presences of the client hold afterwards beside the server's own list.
 *
 * Invariant: rosters are compared when every frame that belongs to the trial has been delivered,
 * which frames say and no clock.
 */

import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";
import WebSocket from "ws";

import { randomFrom } from "./random.js";
import { phoenixPresence } from "./member.js";

const OTHERS = 6;

/**
 * @typedef {Record<string, { metas: { phx_ref: string, n?: number }[] }>} State
 * @typedef {{ ghosts: number, missing: number }} Difference refs that only the client has, or only the server
 * @typedef {{ phoenixJs: Difference, ours: Difference, changes: number }} Outcome
 */

/** Adds up outcomes; `wrong` counts rosters that differ. @param {Outcome[]} outcomes */
export function totals(outcomes) {
  /** @param {"phoenixJs" | "ours"} side */
  const sum = (side) => ({
    wrong: outcomes.filter(({ [side]: { ghosts, missing } }) => ghosts + missing > 0).length,
    missing: outcomes.reduce((total, { [side]: { missing } }) => total + missing, 0),
  });
  const changes = outcomes.reduce((total, outcome) => total + outcome.changes, 0);
  return { trials: outcomes.length, changes, phoenixJs: sum("phoenixJs"), ours: sum("ours") };
}

/** @param {State} state */
const refsOf = (state) => new Set(Object.values(state).flatMap(({ metas }) => metas.map(({ phx_ref }) => phx_ref)));

/**
 * @param {State} state
 * @param {State} list
 * @returns {Difference}
 */
function difference(state, list) {
  const [refs, listed] = [refsOf(state), refsOf(list)];
  const without = (/** @type {Set<string>} */ a, /** @type {Set<string>} */ b) => [...a].filter((ref) => !b.has(ref));
  return { ghosts: without(refs, listed).length, missing: without(listed, refs).length };
}

/** @param {import("../support/server.js").RunningServer} server @param {string} userId */
function connect(server, userId) {
  const socket = new Socket(server.wsUrl, { params: { user_id: userId }, transport: WebSocket });
  return /** @type {Promise<Socket>} */ (
    new Promise((resolve) => {
      socket.onOpen(() => resolve(socket));
      socket.connect();
    })
  );
}

/** @param {Socket} socket */
const disconnect = (socket) => /** @type {Promise<void>} */ (new Promise((resolve) => socket.disconnect(resolve)));

/** @param {import("phoenix").Channel} channel @param {string} event @param {object} [payload] */
function request(channel, event, payload = {}) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      channel
        .push(event, payload)
        .receive("ok", () => resolve())
        .receive("error", ({ reason }) => reject(new Error(`${event}: ${reason}`)))
        .receive("timeout", () => reject(new Error(`no answer to ${event}`)));
    })
  );
}

export class RejoinRoom {
  /** How many joins there were; each names its number in its metas. */
  #joins = 0;
  /** @type {{ userId: string, socket: Socket, channel: import("phoenix").Channel | undefined }[]} */
  #others = [];
  #changed = () => {};
  /** The payload of the observer's latest `presence_state`. @type {State} */
  #list = {};

  /**
   * @param {import("../support/server.js").RunningServer} server
   * @param {number} seed
   */
  constructor(server, seed) {
    this.server = server;
    this.a = `room:a${seed}`;
    this.b = `room:b${seed}`;
    this.random = randomFrom(seed);
  }

  /** Has an observer join, who sees every diff and stays, and connects the others. */
  async open() {
    this.socket = await connect(this.server, "observer");
    this.observer = this.socket.channel(this.a, { track: false });
    this.observed = new Presence(this.observer);
    this.observed.onSync(() => this.#changed());
    this.observer.on("presence_state", (state) => (this.#list = state));
    this.observer.join();
    for (let n = 0; n < OTHERS; n += 1) {
      const userId = `other${n}`;
      this.#others.push({ userId, socket: await connect(this.server, userId), channel: undefined });
    }
  }

  async close() {
    const sockets = [/** @type {Socket} */ (this.socket), ...this.#others.map(({ socket }) => socket)];
    await Promise.all(sockets.map(disconnect));
  }

  /**
   * Joins topics one after the other in one turn, each but the last left at once, while some of the
   * others join or leave; and compares.
   *
   * @param {string[]} topics the last one is `a`
   * @returns {Promise<Outcome>}
   */
  async rejoin(topics) {
    const socket = await connect(this.server, "ada");
    const changing = this.#others.filter(() => this.random(3) === 0);
    const changes = changing.length;
    const changeSome = () => {
      while (changing.length > 0 && this.random(3) > 0) this.#change(/** @type {any} */ (changing.pop()));
    };

    changeSome();
    let joined = this.#join(socket, topics[0]);
    for (const topic of topics.slice(1)) {
      joined.channel.leave();
      changeSome();
      joined = this.#join(socket, topic);
    }
    while (changing.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      changeSome();
    }

    const { channel, phoenixJs, ours, stated } = joined;
    await stated;
    await this.#settled();
    // Frames of one channel keep their order: with this answer, whatever was sent before has arrived.
    await request(channel, "untrack", { key: "no such key" });
    await request(/** @type {import("phoenix").Channel} */ (this.observer), "state");
    const outcome = {
      phoenixJs: difference(/** @type {any} */ (phoenixJs).state, this.#list),
      ours: difference(/** @type {any} */ (ours).state, this.#list),
      changes,
    };
    await disconnect(socket);
    return outcome;
  }

  /** @param {Socket} socket @param {string} topic */
  #join(socket, topic) {
    this.#joins += 1;
    const channel = socket.channel(topic, { n: this.#joins });
    const joined = { channel, phoenixJs: phoenixPresence(channel), ours: new Presence(channel) };
    /** @type {Promise<void>} */
    const stated = new Promise((resolve) => channel.on("presence_state", () => resolve()));
    channel.join();
    return { ...joined, stated };
  }

  /** Has one of the others join, or leave. @param {{ socket: Socket, channel?: import("phoenix").Channel }} other */
  #change(other) {
    if (other.channel) {
      other.channel.leave();
      other.channel = undefined;
    } else {
      other.channel = other.socket.channel(this.a, {});
      other.channel.join();
    }
  }

  /** Waits until the observer sees the last join of ada alone, and those others who are in the room. */
  async #settled() {
    const users = ["ada", ...this.#others.filter(({ channel }) => channel).map(({ userId }) => userId)].sort();
    const isSettled = () => {
      const state = /** @type {State} */ (/** @type {any} */ (this.observed).state);
      const everyoneOnce = users.join() === Object.keys(state).sort().join();
      const metas = state.ada?.metas ?? [];
      return everyoneOnce && metas.length === 1 && metas[0].n === this.#joins;
    };
    while (!isSettled()) await /** @type {Promise<void>} */ (new Promise((resolve) => (this.#changed = resolve)));
  }
}

// The Phoenix part of a room: one channel, one Presence.
//
// Everything an app needs to know about Presence is in this file, except for what it does with the changes: main.js
// shows them, and words.js describes them. The page joins several rooms, and is tracked in the one that you are in.

import { Presence } from "phoenix-presence";

import { leaveChannel } from "./leave.js";
import { isCounted } from "./places.js";

/**
 * The metadata of this tab in the room that you are in. A user has one for each tab or device; the server adds
 * `online_at`, `role` and `phx_ref`.
 *
 * @typedef {object} Own
 * @property {string} tab distinguishes this tab from the user's other tabs
 * @property {string} device
 * @property {string} status "online", "away" or "busy"
 * @property {string} note whatever the user wants to add
 * @property {boolean} typing
 * @property {boolean} invisible
 */

/** @typedef {import("phoenix-presence").PresenceChange<Record<string, unknown>>} Change */
/** @typedef {{ id: string, from: string, role: string, text: string, at: number }} Message */

/**
 * @typedef {object} RoomEvents
 * @property {(changes: readonly Change[]) => void} onChanges called with the users who joined, changed or left; with an
 *   empty list if only the status of the Presence changed
 * @property {(count: number) => void} onCount called with the number of people, where the server gives no list
 * @property {() => void} onEntered called when the server has put you on the room's list
 * @property {(messages: Message[], isLive: boolean) => void} onMessages
 * @property {(report: { added: number, total: number, ms: number, stateBytes: number }) => void} onBots
 * @property {(reason: string) => void} onRefused
 * @property {(error: Error) => void} onError
 */

/**
 * How long someone who left stays on the list, in milliseconds. A page that is reloaded is back by then, and nobody is
 * told of it.
 */
const LEAVE_GRACE = 2000;

/** How long the server may take to answer a leave, in milliseconds. */
const LEAVE_TIMEOUT = 2000;

const ignore = () => {};
/** @type {RoomEvents} */
const NO_EVENTS = {
  ...{ onChanges: ignore, onCount: ignore, onEntered: ignore, onMessages: ignore },
  ...{ onBots: ignore, onRefused: ignore, onError: ignore },
};

export class Room {
  /** What you want the server to track. `undefined` while you are elsewhere. @type {Own | undefined} */
  #own;
  /** What the server has been asked to track. @type {Own | undefined} */
  #announced;
  /** The fault that the next join asks for. @type {Record<string, unknown>} */
  #fault = {};
  #socket;
  #events;
  #unsubscribe = () => {};

  /**
   * Joins the room. You are on its list once `enter` was called.
   *
   * @param {import("phoenix").Socket} socket
   * @param {import("./places.js").Place} place
   * @param {string} role yours
   * @param {RoomEvents} events
   */
  constructor(socket, place, role, events) {
    this.place = place;
    this.#socket = socket;
    this.#events = events;
    // A function, so that after a lost connection the channel joins with the status of that moment.
    this.channel = socket.channel(place.topic, () => this.#joinPayload());

    // Before the channel joins, because the first list comes right after the answer to the join. After a lost connection
    // phoenix.js joins again by itself; Presence then gets another list, and works out who joined and left in the
    // meantime. (A tab in the background connects again when it is shown: phoenix.js waits while the page is hidden.)
    if (!isCounted(place, role)) {
      const presence = new Presence(this.channel, { leaveGrace: LEAVE_GRACE });
      this.#unsubscribe = presence.subscribe((changes) => this.#events.onChanges(changes));
      presence.onError((error) => this.#events.onError(error));
      this.presence = presence;
    }
    this.channel.on("presence_count", ({ count }) => this.#events.onCount(count));
    this.channel.on("message", (message) => this.#events.onMessages([message], true));
    this.channel.on("bots", (report) => this.#events.onBots(report));
    this.channel
      .join()
      .receive("ok", () => this.#joined())
      .receive("error", ({ reason }) => this.#refused(String(reason)));
  }

  /** Puts you on the room's list. @param {Own} own */
  enter(own) {
    this.#own = own;
    this.#announce();
  }

  /** Changes your metadata in the room that you are in. @param {Own} own */
  update(own) {
    if (this.#own) this.enter(own);
  }

  /** Takes you off the room's list. The page still listens. */
  exit() {
    this.#own = undefined;
    this.#announce();
  }

  /**
   * @param {string} event
   * @param {object} payload
   * @returns {Promise<any>} the server's response; rejected with its reason
   */
  push(event, payload = {}) {
    return new Promise((resolve, reject) => {
      this.channel
        .push(event, payload)
        .receive("ok", resolve)
        .receive("error", ({ reason }) => reject(new Error(String(reason))))
        .receive("timeout", () => reject(new Error("The server did not answer")));
    });
  }

  /**
   * Has the server answer the next join late: it tracks you and sends the state after this time.
   *
   * @param {number} milliseconds
   */
  delayNextState(milliseconds) {
    this.#fault = { delay_ms: milliseconds };
  }

  /**
   * Leaves for good. No event is reported after this.
   *
   * @returns {Promise<void>} resolved when the server has closed the channel, or does not answer
   */
  leave() {
    this.#unsubscribe();
    this.presence?.dispose();
    this.#events = NO_EVENTS;
    return leaveChannel(this.#socket, this.channel, LEAVE_TIMEOUT);
  }

  #joinPayload() {
    const fault = this.#fault;
    this.#fault = {};
    this.#announced = this.#own;
    return this.#own ? { ...this.#own, ...fault } : { track: false, ...fault };
  }

  async #joined() {
    if (this.#announced) this.#events.onEntered();
    this.#announce();
    try {
      const { messages } = await this.push("messages");
      this.#events.onMessages(messages, false);
    } catch {
      // The connection is lost again, or a fault of the demo has ended the channel; the next join asks again.
    }
  }

  /** @param {string} reason */
  #refused(reason) {
    // A channel that was refused would try again and again. A full room may have a place later, and a role stays.
    if (reason === "unauthorized") this.channel.leave();
    this.#events.onRefused(reason);
  }

  /** Makes what the server tracks equal to what you want. Without a channel, the next join does. */
  async #announce() {
    if (this.channel.state !== "joined" || this.#announced === this.#own) return;
    const event = !this.#own ? "untrack" : this.#announced ? "update" : "track";
    this.#announced = this.#own;
    try {
      await this.push(event, this.#own);
      if (event === "track") this.#events.onEntered();
    } catch (error) {
      if (this.channel.state !== "joined") return; // The next join announces it.
      this.#events.onError(new Error(`The server did not accept your status: ${/** @type {Error} */ (error).message}`));
    }
  }
}

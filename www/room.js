// The Phoenix part of this page: one socket, one channel, one Presence.
//
// Everything an app needs to know about Presence is in this file, except for what it does with the
// changes: main.js shows them, and words.js describes them.

import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";

import { leaveChannel } from "./leave.js";

/**
 * The metadata of this tab in the room. A user has one for each tab or device; the
 * server adds `online_at` and `phx_ref`.
 *
 * @typedef {object} Own
 * @property {string} tab distinguishes this tab from the user's other tabs
 * @property {string} device
 * @property {string} status "online", "away" or "busy"
 * @property {string} note whatever the user wants to add
 */

/** @typedef {import("phoenix-presence").PresenceChange<Record<string, unknown>>} Change */

/**
 * @typedef {object} RoomEvents
 * @property {(changes: readonly Change[], presence: Presence) => void} onChanges called with the users who joined, changed or
 *   left; with an empty list if only `presence.status` changed
 * @property {(reason: string) => void} onRefused
 * @property {(error: Error) => void} onError
 */

/** How long the server may take to answer a leave, in milliseconds. */
const LEAVE_TIMEOUT = 2000;

/**
 * Enters a room.
 *
 * @param {{ room: string, name: string, own: Own } & RoomEvents} options
 */
export function enterRoom({ room, name, own, onChanges, onRefused, onError }) {
  // The demo's server believes the name. A real app sends a token, from which the server finds out who you are.
  const socket = new Socket("/socket", { params: { user_id: name } });

  // A function, so that after a lost connection the channel joins with the status of that moment.
  let announced = own;
  const channel = socket.channel(`room:${room}`, () => (announced = own));

  // Before the channel joins, because the first list comes right after the answer to the join. After a lost connection
  // phoenix.js joins again by itself; Presence then gets another list, and works out who joined and left in the
  // meantime. (A tab in the background connects again when it is shown: phoenix.js waits while the page is hidden.)
  const presence = new Presence(channel);
  const unsubscribe = presence.subscribe((changes) => onChanges(changes, presence));
  presence.onError((error) => onError(error));

  socket.connect();
  channel
    .join()
    .receive("ok", () => {
      if (announced !== own) push();
    })
    .receive("error", ({ reason }) => onRefused(String(reason)));

  function push() {
    announced = own;
    channel.push("update", own).receive("error", ({ reason }) => {
      onError(new Error(`The server did not accept your status: ${reason}`));
    });
  }

  return {
    /** Sends the new metadata of this tab. @param {Own} changed */
    update(changed) {
      own = changed;
      if (channel.state === "joined") push(); // Otherwise the next join sends it.
    },

    /**
     * Leaves for good. No event is reported after this.
     *
     * @returns {Promise<void>} resolved when the server has taken this tab off the list, or does not answer
     */
    async leave() {
      unsubscribe();
      presence.dispose();
      onRefused = onError = () => {};
      await leaveChannel(socket, channel, LEAVE_TIMEOUT);
      socket.disconnect();
    },
  };
}

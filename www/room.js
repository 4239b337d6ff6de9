// The Phoenix part of this page: one socket, one channel, one Presence.
//
// Everything an app needs to know about Presence is in this file, but for what it
// does with the changes: main.js shows them, and words.js says them.

import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";

import { leaveChannel } from "./leave.js";

/**
 * What this tab tells the others about itself: its metadata in the room. A user
 * has one for each tab or device; the server adds `online_at` and `phx_ref`.
 *
 * @typedef {object} Own
 * @property {string} tab tells this tab's metadata from those of the same user's other tabs
 * @property {string} device
 * @property {string} status "online", "away" or "busy"
 * @property {string} note whatever the user wants to add
 */

/** @typedef {import("phoenix-presence").PresenceChange<Record<string, unknown>>} Change */

/**
 * @typedef {object} RoomEvents
 * @property {(changes: readonly Change[], presence: Presence) => void} onChanges who came, changed or went; nobody, if
 *   only `presence.status` is another
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
  // The demo's server believes the name it is given. A real one is given a token, and finds out who that is.
  const socket = new Socket("/socket", { params: { user_id: name } });

  // A function, so that after a lost connection the channel joins with the status of that moment.
  let announced = own;
  const channel = socket.channel(`room:${room}`, () => (announced = own));

  // Before the channel joins: the first list comes right after the answer to the join. After a lost connection phoenix.js
  // joins again by itself, and what Presence then gets is a list: it works out who came and went in the meantime. (A tab
  // in the background connects again when it is looked at: phoenix.js does not try while the page is hidden.)
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
      onError(new Error(`The server did not take your status: ${reason}`));
    });
  }

  return {
    /** Tells the others what has changed. @param {Own} changed */
    update(changed) {
      own = changed;
      if (channel.state === "joined") push(); // Else the join that is under way, or comes, will tell.
    },

    /**
     * Leaves for good; nothing is reported any more.
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

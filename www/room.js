// The Phoenix part of this page: one socket, one channel, one Presence.
//
// Everything an app needs to know about Presence is in this file. It is written
// as one would write it with the Presence class of phoenix.js: only the import
// says "phoenix-presence".

import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";

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

/**
 * @typedef {object} RoomEvents
 * @property {(state: ConnectionState, reason?: string) => void} onConnection
 * @property {(sync: Sync) => void} onSync
 * @property {(error: Error) => void} onError
 */

/** @typedef {"connecting" | "online" | "reconnecting" | "refused"} ConnectionState */

/**
 * One message from the server was applied.
 *
 * @typedef {object} Sync
 * @property {"initial" | "resync" | "diff"} reason the first list of who is here, a new list after the connection was
 *   lost, or what has changed since
 * @property {Presence["state"]} state who is here now
 * @property {Set<string>} keys whom the message was about
 */

/** How long a server may take to answer that you leave, in milliseconds. */
const LEAVE_TIMEOUT = 2000;

/**
 * Enters a room.
 *
 * @param {{ room: string, name: string, own: Own } & RoomEvents} options
 */
export function enterRoom({ room, name, own, onConnection, onSync, onError }) {
  // The demo's server believes the name it is given. A real one is given a token, and finds out who that is.
  const socket = new Socket("/socket", { params: { user_id: name } });

  // A function, so that after a lost connection the channel joins with the status of that moment.
  let announced = own;
  const channel = socket.channel(`room:${room}`, () => (announced = own));

  // Before the channel joins: the first list comes right after the answer to the join.
  const presence = new Presence(channel);

  // A message calls onJoin for all that came, onLeave for all that went, then onSync once. A changed status
  // is both: its new metadata join and its old ones leave. So what a message means is decided when it is complete.
  /** @type {Set<string>} */
  let keys = new Set();
  /** @type {Sync["reason"]} */
  let reason = "initial";
  presence.onJoin((key) => keys.add(key));
  presence.onLeave((key) => keys.add(key));
  presence.onSync(() => {
    const sync = { reason, state: presence.state, keys };
    keys = new Set();
    reason = "diff";
    onSync(sync);
  });
  presence.onError((error) => onError(error));

  // The channel is told of every error of its socket too. It joins again by itself, and what Presence then gets is a
  // list: it works out who came and who went in the meantime. (A tab in the background connects again when it is
  // looked at: phoenix.js does not try while the page is hidden.)
  channel.onError(() => {
    if (reason === "diff") reason = "resync";
    onConnection(reason === "initial" ? "connecting" : "reconnecting");
  });

  onConnection("connecting");
  socket.connect();
  channel
    .join()
    .receive("ok", () => {
      onConnection("online");
      if (announced !== own) push();
    })
    .receive("error", ({ reason: why }) => onConnection("refused", String(why)));

  function push() {
    announced = own;
    channel.push("update", own).receive("error", ({ reason: why }) => {
      onError(new Error(`The server did not take your status: ${why}`));
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
     * @returns {Promise<void>} settled once the server knows, or does not answer
     */
    leave() {
      onConnection = onSync = onError = () => {};
      return new Promise((resolve) => {
        const end = () => {
          socket.disconnect();
          resolve();
        };
        channel.leave(LEAVE_TIMEOUT).receive("ok", end).receive("timeout", end);
      });
    },
  };
}

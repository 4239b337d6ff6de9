// What the bindings for React, Vue and Svelte have in common: a Presence that is
// followed while somebody looks, and its roster as one value.
//
// Invariant: whoever follows the same channel with the same options at the same
// time has the same Presence, since one that is made after the channel's
// presence_state would wait for the next; and the value is the same object until
// something in it changes.

import { Presence } from "phoenix-presence";

/** @typedef {import("./react.js").PresenceSnapshot} Snapshot */
/** @typedef {{ presence: Presence, users: number }} Shared */

/** Of nobody. @type {Snapshot} */
export const NOTHING = { entries: [], status: "pending", presence: undefined };

/** By channel, then by options. @type {WeakMap<object, Map<string, Shared>>} */
const shared = new WeakMap();

/**
 * Equal options as equal text, in whatever order they are written.
 *
 * @param {import("./index.js").PresenceOpts} options
 */
export const asText = (options) => JSON.stringify(options, ["diff", "events", "leaveGrace", "resync", "state"]);

/**
 * @param {any} source a channel, a Presence (of whichever entry of this package), or neither yet
 * @param {string} options of a Presence, as text
 */
export function follow(source, options) {
  /** @type {Presence | undefined} */
  let presence = source && typeof source.subscribe === "function" ? source : undefined;
  const own = source && !presence;
  let last = NOTHING;
  return {
    /** @param {() => void} listener */
    subscribe(listener) {
      const held = own ? hold(source, options) : undefined;
      if (held) presence = held.presence;
      const stop = presence?.subscribe(listener);
      return () => {
        stop?.();
        if (held) letGo(source, options, held);
      };
    },
    snapshot() {
      if (!presence) return NOTHING;
      const [entries, status] = [presence.entries(), presence.status];
      if (last.entries !== entries || last.status !== status || last.presence !== presence) {
        last = { entries, status, presence };
      }
      return last;
    },
  };
}

/** @param {any} channel @param {string} options */
function hold(channel, options) {
  const ofChannel = shared.get(channel) ?? new Map();
  shared.set(channel, ofChannel);
  const held = ofChannel.get(options) ?? { presence: new Presence(channel, JSON.parse(options)), users: 0 };
  ofChannel.set(options, held);
  held.users += 1;
  return held;
}

/**
 * The last one disposes of it, but not before what is mounted in the same turn has taken it over.
 *
 * @param {any} channel
 * @param {string} options
 * @param {Shared} held
 */
function letGo(channel, options, held) {
  held.users -= 1;
  queueMicrotask(() => {
    const ofChannel = shared.get(channel);
    if (held.users > 0 || ofChannel?.get(options) !== held) return;
    ofChannel.delete(options);
    held.presence.dispose();
  });
}

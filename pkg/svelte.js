// Stores for Svelte 4 and later. Types and documentation are in svelte.d.ts.

import { onDestroy } from "svelte";
import { readable } from "svelte/store";

import { updates } from "./own-meta.js";
import { NO_ROOM, roomStore as storeOf } from "./room.js";
import { asText, follow, isPresence, NOTHING, withoutKey } from "./shared-presence.js";

/** On a server a component subscribes and unsubscribes at once, while a Presence would stay on the channel. */
const isOnServer = () => typeof window === "undefined";

/** @param {any} source @param {import("./index.js").PresenceOpts} [options] */
export function presenceStore(source, options = {}) {
  const { subscribe, snapshot } = follow(isOnServer() && !isPresence(source) ? undefined : source, asText(options));
  return readable(NOTHING, (set) => {
    const show = () => set(snapshot());
    const stop = subscribe(show);
    show();
    return stop;
  });
}

/** @param {any} presence @param {string} key */
export function presenceOf(presence, key) {
  return readable(presence?.get(key), (set) => {
    const show = () => set(presence?.get(key));
    show();
    return presence?.watch(key, show);
  });
}

/** @param {any} socket @param {string | null | undefined} topic @param {import("./react.js").RoomOptions} [options] */
export function roomStore(socket, topic, options = {}) {
  const { subscribe, snapshot } = storeOf(isOnServer() ? undefined : socket, topic, options);
  return readable(NO_ROOM, (set) => {
    const show = () => set(snapshot());
    const stop = subscribe(show);
    show();
    return stop;
  });
}

/** @param {any} room @param {string} key */
export const selfOf = (room, key) => selected(room, ({ presence }) => presence?.get(key), undefined);

/** @param {any} room @param {string} key */
export function othersOf(room, key) {
  /** @type {any} */
  let last;
  let others = withoutKey([], key);
  return selected(
    room,
    ({ entries }) => {
      if (entries !== last) others = withoutKey(entries, key);
      last = entries;
      return others;
    },
    others,
  );
}

/** @param {any} room @param {import("./react.js").UpdateOptions} [options] */
export function updater(room, options) {
  const { update, follow } = updates();
  onDestroy(room.subscribe((/** @type {any} */ { channel }) => follow(channel, options)));
  return update;
}

/**
 * A part of a room, set only when it is another: to Svelte's own `derived` every object is.
 *
 * @param {any} room
 * @param {(snapshot: any) => any} select
 * @param {any} initial
 */
const selected = (room, select, initial) =>
  readable(initial, (set) => {
    let last = initial;
    return room.subscribe((/** @type {any} */ snapshot) => {
      const now = select(snapshot);
      if (now !== last) set((last = now));
    });
  });

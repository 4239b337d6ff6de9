// Stores for Svelte 4 and later. Types and documentation are in svelte.d.ts.

import { readable } from "svelte/store";

import { asText, follow, isPresence, NOTHING } from "./shared-presence.js";

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

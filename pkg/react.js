"use client";

// Hooks for React 18 and later. Types and documentation are in react.d.ts.
//
// Invariant: rendering does nothing but make the Presence of a channel, of which there is
// one however often a component renders; what a hook returns is the same value until
// something in it changes.

import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";

import { updates } from "./own-meta.js";
import { NO_ROOM, roomOptionsAsText, roomStore } from "./room.js";
import { asText, follow, NOTHING, withoutKey } from "./shared-presence.js";

const nothing = () => NOTHING;
const nobody = () => undefined;
const stay = () => {};

/** @param {any} source @param {import("./index.js").PresenceOpts} [options] */
export function usePresence(source, options = {}) {
  const text = asText(options); // Equal options are the same, however often they are written anew.
  const { subscribe, snapshot } = useMemo(() => follow(source, text), [source, text]);
  return useSyncExternalStore(subscribe, snapshot, nothing);
}

/** @param {any} presence @param {string} key */
export function usePresenceOf(presence, key) {
  const subscribe = useCallback(
    (/** @type {() => void} */ listener) => presence?.watch(key, listener) ?? stay,
    [presence, key],
  );
  return useSyncExternalStore(subscribe, () => presence?.get(key), nobody);
}

/** @param {any} presence @param {(presence: any) => any} select @param {(one: any, other: any) => boolean} [isEqual] */
export function usePresenceSelector(presence, select, isEqual = Object.is) {
  /** @type {{ current: { value: any } | undefined }} What is on the page. */
  const shown = useRef(undefined);
  const read = useMemo(() => {
    /** @type {{ value: any, entries: unknown, status: unknown } | undefined} */
    let last;
    return () => {
      if (!presence) return undefined;
      const [entries, status] = [presence.entries(), presence.status];
      // A selector may make a new value each time: it is asked once for each roster.
      if (last && last.entries === entries && last.status === status) return last.value;
      const before = last ?? shown.current;
      const value = select(presence);
      last = { value: before && isEqual(before.value, value) ? before.value : value, entries, status };
      return last.value;
    };
  }, [presence, select, isEqual]);
  const value = useSyncExternalStore(presence ? presence.subscribe : silent, read, nobody);
  useEffect(() => {
    shown.current = presence ? { value } : undefined;
  });
  return value;
}

const silent = () => stay;

const noRoom = () => NO_ROOM;

/** @param {any} socket @param {string | null | undefined} topic @param {import("./react.js").RoomOptions} [options] */
export function useRoom(socket, topic, options = {}) {
  const text = roomOptionsAsText(options);
  // The options that the text stands for: another object with equal options makes no other store.
  const { subscribe, snapshot } = useMemo(() => roomStore(socket, topic, options), [socket, topic, text]);
  return useSyncExternalStore(subscribe, snapshot, noRoom);
}

/** @param {{ presence: any }} room @param {string} key */
export const useSelf = (room, key) => usePresenceOf(room.presence, key);

/** @param {{ entries: any }} room @param {string} key */
export function useOthers({ entries }, key) {
  return useMemo(() => withoutKey(entries, key), [entries, key]);
}

/** @param {{ channel: any }} room @param {import("./react.js").UpdateOptions} [options] */
export function useUpdate({ channel }, { event, throttle } = {}) {
  const [{ update, follow }] = useState(updates);
  useEffect(() => follow(channel, { event, throttle }), [follow, channel, event, throttle]);
  return update;
}

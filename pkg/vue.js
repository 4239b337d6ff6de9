// Composables for Vue 3.3 and later. Types and documentation are in vue.d.ts.

import { computed, getCurrentInstance, inject, shallowRef, ssrContextKey, toRaw, toValue, watch } from "vue";

import { updates } from "./own-meta.js";
import { roomStore } from "./room.js";
import { asText, follow, withoutKey } from "./shared-presence.js";

/** At once, so that a template never shows the roster of another channel. */
const AT_ONCE = /** @type {const} */ ({ immediate: true, flush: "sync" });

/**
 * Whether the component is rendered on a server. There a watcher's callback runs once, but before Vue 3.5 never its
 * clean-up: nothing may be subscribed to.
 */
const isOnServer = () => Boolean(getCurrentInstance() && inject(ssrContextKey, undefined));

/** @param {any} source @param {import("./index.js").PresenceOpts} [options] */
export function usePresence(source, options = {}) {
  const [entries, status, presence] = [shallowRef(), shallowRef(), shallowRef()];
  const server = isOnServer();
  watch(
    () => (server ? undefined : toRaw(toValue(source))),
    (now, _before, onCleanup) => {
      const { subscribe, snapshot } = follow(now, asText(options));
      const show = () => {
        const shown = snapshot();
        [entries.value, status.value, presence.value] = [shown.entries, shown.status, shown.presence];
      };
      onCleanup(subscribe(show)); // Also when the component, or the scope, is gone.
      show();
    },
    AT_ONCE,
  );
  return { entries, status, presence };
}

/** @param {any} presence @param {any} key */
export function usePresenceOf(presence, key) {
  const shown = shallowRef();
  const server = isOnServer();
  watch(
    [() => (server ? undefined : toRaw(toValue(presence))), () => toValue(key)],
    ([now, who], _before, onCleanup) => {
      const show = () => {
        shown.value = now?.get(who);
      };
      if (now) onCleanup(now.watch(who, show));
      show();
    },
    AT_ONCE,
  );
  return shown;
}

/** @param {any} socket @param {any} topic @param {import("./react.js").RoomOptions} [options] */
export function useRoom(socket, topic, options = {}) {
  const shown = shallowRef();
  const server = isOnServer();
  watch(
    () => (server ? undefined : toValue(topic)),
    (now, _before, onCleanup) => {
      const { subscribe, snapshot } = roomStore(toRaw(socket), now, options);
      const show = () => {
        shown.value = snapshot();
      };
      onCleanup(subscribe(show));
      show();
    },
    AT_ONCE,
  );
  // Computed values trigger nothing unless they differ.
  const of = (/** @type {"channel" | "presence" | "entries" | "status" | "error"} */ name) =>
    computed(() => shown.value[name]);
  return {
    channel: of("channel"),
    presence: of("presence"),
    entries: of("entries"),
    status: of("status"),
    error: of("error"),
  };
}

/** @param {{ presence: any }} room @param {any} key */
export const useSelf = (room, key) => usePresenceOf(room.presence, key);

/** @param {{ entries: any }} room @param {any} key */
export const useOthers = (room, key) => computed(() => withoutKey(room.entries.value, toValue(key)));

/** @param {{ channel: any }} room @param {import("./react.js").UpdateOptions} [options] */
export function useUpdate(room, options) {
  const { update, follow } = updates();
  watch(room.channel, (channel) => follow(channel, options), AT_ONCE);
  return update;
}

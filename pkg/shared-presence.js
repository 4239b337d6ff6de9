// The Presence that the bindings for React, Vue and Svelte make for a channel, and its
// roster as one value.
//
// Invariant: a channel has at most one, from the first component that uses the channel to
// the channel's close, however components come and go meanwhile: a Presence that is made
// after the channel's presence_state would wait for the next. The value is the same object
// until something in it changes.

import { Presence } from "phoenix-presence";

import { sharedMap } from "./shared-map.js";

/**
 * @typedef {import("./react.js").PresenceSnapshot} Snapshot
 * @typedef {import("./index.js").PresenceOpts} Options
 * @typedef {{ presence: Presence | undefined, options: string }} Shared `presence` is undefined once the channel is closed
 */

/** The snapshot without a Presence. @type {Snapshot} */
export const NOTHING = { entries: [], status: "pending", presence: undefined };

/**
 * Equal options as equal text, in whatever order they are written.
 *
 * @param {Options} options
 */
export const asText = (options) => JSON.stringify(options, ["diff", "events", "leaveGrace", "resync", "state"]);

const DEFAULTS = asText({});

/**
 * The Presence of a channel, made at the first call. One that is asked for after the channel was closed is disposed of
 * already: its status is "closed".
 *
 * @param {any} channel
 * @param {string} options as text; those of the first call count
 * @returns {Presence}
 */
export function presenceOf(channel, options) {
  /** @type {WeakMap<object, Shared>} */
  const presences = sharedMap("presences");
  const shared = presences.get(channel);
  if (shared?.presence) {
    if (options !== DEFAULTS && options !== shared.options)
      warnOfOptions(shared, channel.topic, shared.options, options);
    return shared.presence;
  }
  const presence = new Presence(channel, JSON.parse(options));
  if (shared) presence.dispose();
  else share(presences, channel, { presence, options });
  return presence;
}

/**
 * @param {WeakMap<object, Shared>} presences
 * @param {any} channel
 * @param {Shared} shared
 */
function share(presences, channel, shared) {
  presences.set(channel, shared);
  // Bound after the Presence, which sees first that the channel was left.
  const ref = channel.on("phx_close", () => {
    if (ref !== undefined) channel.off?.("phx_close", ref);
    shared.presence?.dispose();
    shared.presence = undefined;
  });
}

/**
 * Warns once for each text of options that differ.
 *
 * @param {object} owner whose options they are
 * @param {string | undefined} topic
 * @param {string} first
 * @param {string} options
 */
export function warnOfOptions(owner, topic, first, options) {
  /** @type {WeakMap<object, Set<string>>} */
  const warned = sharedMap("warned");
  const ofOwner = warned.get(owner) ?? new Set();
  warned.set(owner, ofOwner);
  if (ofOwner.has(options)) return;
  ofOwner.add(options);
  console.warn(
    `phoenix-presence: the channel ${topic ?? ""} has a Presence with the options ${first} already. ` +
      `All components share it; these options have no effect: ${options}`,
  );
}

/** Whether a source is a Presence and not a channel. @param {any} source */
export const isPresence = (source) => typeof source?.subscribe === "function";

/**
 * @param {any} source a channel, a Presence (of whichever entry of this package), or neither yet
 * @param {string} options of a Presence, as text
 */
export function follow(source, options) {
  /** @type {Presence | undefined} */
  let presence;
  const find = () => {
    if (source) presence ??= isPresence(source) ? source : presenceOf(source, options);
    return presence;
  };
  let last = NOTHING;
  return {
    /** @param {() => void} listener @returns {() => void} */
    subscribe: (listener) => find()?.subscribe(listener) ?? (() => {}),
    snapshot() {
      const found = find();
      if (!found) return NOTHING;
      const [entries, status] = [found.entries(), found.status];
      if (last.entries !== entries || last.status !== status || last.presence !== found) {
        last = { entries, status, presence: found };
      }
      return last;
    },
  };
}

/**
 * The entries of the other users.
 *
 * @param {import("./index.js").PresenceEntries} entries
 * @param {string} key
 */
export const withoutKey = (entries, key) => entries.filter(([each]) => each !== key);

/** The fixtures of every program: a channel, and rooms of any size. */

import { FullChannel } from "../../support/full-channel.js";
import { meta, user } from "../../support/payloads.js";

export { user };

/** The payload of a presence_state. @param {number} size */
export const everybody = (size) =>
  Object.fromEntries(Array.from({ length: size }, (_, n) => [`user-${n}`, user(meta(`${n}`, { status: "here" }))]));

/** User 7 changes status. */
export const update = {
  joins: { "user-7": user(meta("7b", { status: "away", phx_ref_prev: "7" })) },
  leaves: { "user-7": user(meta("7", { status: "here" })) },
};

export const newChannel = () => new FullChannel("1");

/** How many callbacks a channel has that a Presence can remove. @param {FullChannel} channel */
export const bound = (channel) => channel.bindings.filter(({ event }) => event !== "phx_close").length;

/** Counts the calls of `get` from now on. @param {any} presence */
export function countGets(presence) {
  const { get } = presence;
  const counted = { gets: 0 };
  presence.get = (/** @type {string} */ key) => {
    counted.gets += 1;
    return get.call(presence, key);
  };
  return counted;
}

/** Macrotasks: what was queued before has run. @param {number} count */
export async function turns(count) {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve));
}

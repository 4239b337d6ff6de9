/** What every program has: a channel, and a room of so many users. */

import { FakeChannel } from "../../support/fake-channel.js";
import { FullChannel } from "../../support/full-channel.js";

/** @param {string} phx_ref @param {object} [fields] */
export const user = (phx_ref, fields) => ({ metas: [{ phx_ref, ...fields }] });

/** @param {number} size */
export const everybody = (size) =>
  Object.fromEntries(Array.from({ length: size }, (_, n) => [`user-${n}`, user(`${n}`, { status: "here" })]));

/** User 7 changes status. */
export const update = {
  joins: { "user-7": user("7b", { status: "away", phx_ref_prev: "7" }) },
  leaves: { "user-7": user("7", { status: "here" }) },
};

export const newChannel = () => new FullChannel("1");

/** @param {FullChannel} channel @param {string} joinRef */
export function rejoin(channel, joinRef) {
  channel.fail();
  FakeChannel.rejoin(channel, joinRef);
}

/** How many callbacks a channel has that a Presence can take away. @param {FullChannel} channel */
export const bound = (channel) => channel.bindings.filter(({ event }) => event !== "phx_close").length;

/** Counts how often a Presence is asked for a user from now on. @param {any} presence */
export function countGets(presence) {
  const { get } = presence;
  const counted = { gets: 0 };
  presence.get = (/** @type {string} */ key) => {
    counted.gets += 1;
    return get.call(presence, key);
  };
  return counted;
}

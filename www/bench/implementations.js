// What is compared, phoenix.js first: the others are measured against it.

import { Presence as PhoenixPresence } from "phoenix";
import { Presence as OurPresence } from "phoenix-presence";

import { Presence as Yardstick } from "../../benches/yardstick.js";

/**
 * @typedef {object} Implementation
 * @property {"phoenix" | "yardstick" | "ours"} id what the style sheet knows it by
 * @property {string} name
 * @property {any} Presence
 * @property {(presence: any) => any[]} roster everyone, as an app that draws them would ask for
 */

/** @type {Implementation} */
export const PHOENIX = {
  id: "phoenix",
  name: "phoenix.js",
  Presence: PhoenixPresence,
  roster: (presence) => presence.list(),
};

/** @type {Implementation} */
export const YARDSTICK = {
  id: "yardstick",
  name: "yardstick",
  Presence: Yardstick,
  roster: (presence) => presence.list(),
};

/** @type {Implementation} */
export const OURS = {
  id: "ours",
  name: "phoenix-presence",
  Presence: OurPresence,
  roster: (presence) => presence.entries(),
};

// The implementations that are compared. phoenix.js is the one that the others are measured against.

import { Presence as PhoenixPresence } from "phoenix";
import { Presence as OurPresence } from "phoenix-presence";

import { Presence as Yardstick } from "../../benches/yardstick.js";

/**
 * @typedef {object} Implementation
 * @property {"phoenix" | "yardstick" | "ours"} id its name in the style sheet
 * @property {string} name
 * @property {any} Presence
 * @property {(presence: any) => any[]} roster the whole roster, as an app that draws it would read it
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

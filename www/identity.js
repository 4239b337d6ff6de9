// Who you are in this tab.
//
// Invariant: a tab keeps its name when it is reloaded (sessionStorage), and a new tab
// is somebody new unless its address says `?name=…`.

import { guessDevice } from "./device.js";

const KEY = "phoenix-presence-demo";
const ADJECTIVES = ["Amber", "Brave", "Calm", "Clever", "Gentle", "Merry", "Quick", "Quiet", "Sunny", "Witty"];
const ANIMALS = ["Badger", "Crane", "Fox", "Heron", "Lynx", "Otter", "Owl", "Raven", "Robin", "Stoat"];

/** The longest name of a person, a device or a room, in characters. */
const LONGEST = 40;

/** @typedef {{ name: string, device: string }} Identity */

/** @returns {Identity} */
export function recallIdentity() {
  const asked = new URLSearchParams(location.search).get("name");
  /** @type {Partial<Identity>} */
  let stored = {};
  try {
    stored = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    // Storage may be switched off. The tab then is somebody new at each load.
  }
  return {
    name: tidy(asked ?? "") || tidy(stored.name ?? "") || `${pick(ADJECTIVES)} ${pick(ANIMALS)}`,
    device: tidy(stored.device ?? "") || guessDevice(),
  };
}

/** @param {Identity} identity */
export function keepIdentity(identity) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(identity));
  } catch {
    // As above.
  }
  // The address is what people share: it names the room, and not you.
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
}

/** A name as it is sent: without space around it, and not longer than the server takes. @param {string} text */
export function tidy(text) {
  return [...text.trim()].slice(0, LONGEST).join("").trim();
}

/** Tells this tab's metadata from others. Not a secret: `crypto.randomUUID` is not to be had over plain HTTP. */
export function newTab() {
  return Math.random().toString(36).slice(2);
}

/** @param {string[]} from */
function pick(from) {
  return from[Math.floor(Math.random() * from.length)];
}

// Your name, role and device in this tab. A tab keeps them when it is reloaded (sessionStorage). An address with
// `?name=…`, and optionally `&role=…`, signs in without the form.

import { guessDevice } from "./device.js";

const KEY = "phoenix-presence-demo";
const ADJECTIVES = ["Amber", "Brave", "Calm", "Clever", "Gentle", "Merry", "Quick", "Quiet", "Sunny", "Witty"];
const ANIMALS = ["Badger", "Crane", "Fox", "Heron", "Lynx", "Otter", "Owl", "Raven", "Robin", "Stoat"];

/** @typedef {"guest" | "member" | "moderator"} Role */
/** @typedef {{ name: string, role: Role, device: string }} Identity */

/** @type {readonly Role[]} */
export const ROLES = ["guest", "member", "moderator"];

/** The longest name of a person, a device or a room, in characters. */
const MAX_NAME_LENGTH = 40;

/** The identity that the address or this tab's storage has; without a name if neither has one. @returns {Identity} */
export function recallIdentity() {
  const asked = new URLSearchParams(location.search);
  /** @type {Partial<Identity>} */
  let stored = {};
  try {
    stored = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    // Storage may be switched off. Then the page asks for a name at each load.
  }
  return {
    name: tidy(asked.get("name") ?? "") || tidy(stored.name ?? ""),
    role: asRole(asked.get("role") ?? stored.role),
    device: tidy(stored.device ?? "") || guessDevice(),
  };
}

/** @param {Identity} identity */
export function keepIdentity(identity) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(identity));
  } catch {
    // Storage may be switched off, as above.
  }
  // People share the address: it must name the room, but not you.
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
}

/** A name as it is sent: without space around it, and no longer than the server accepts. @param {string} text */
export function tidy(text) {
  return [...text.trim()].slice(0, MAX_NAME_LENGTH).join("").trim();
}

/** @param {unknown} text @returns {Role} */
export function asRole(text) {
  return ROLES.find((role) => role === text) ?? "member";
}

/** A name for someone who has not chosen one. */
export function randomName() {
  return `${pick(ADJECTIVES)} ${pick(ANIMALS)}`;
}

/** An id that distinguishes this tab's metadata. It is no secret; `crypto.randomUUID` does not exist over plain HTTP. */
export function newTab() {
  return Math.random().toString(36).slice(2);
}

/** @param {string[]} from */
function pick(from) {
  return from[Math.floor(Math.random() * from.length)];
}

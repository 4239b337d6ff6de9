// The room in the address: `/#lobby`.

import { tidy } from "./identity.js";

/** The name of the room in the address. */
export function roomInAddress() {
  const written = location.hash.slice(1);
  try {
    return tidy(decodeURIComponent(written)) || "lobby";
  } catch {
    return tidy(written); // A lone % is not an encoded character, so the text is taken as it is.
  }
}

/**
 * @param {string} room
 * @param {string} [name] the name to open it under
 */
export function addressOf(room, name) {
  const query = name === undefined ? "" : `?name=${encodeURIComponent(name)}`;
  return `${location.origin}${location.pathname}${query}#${encodeURIComponent(room)}`;
}

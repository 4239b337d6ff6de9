// The device behind a meta, and the name of this device.
//
// Other people's programs write metas. Whatever they contain, a device has fields of the right types,
// and its texts have a bounded length.

/**
 * @typedef {object} Device
 * @property {string} ref
 * @property {string} tab
 * @property {string} name
 * @property {string} status
 * @property {string} note
 * @property {string} role as the server says it: "guest", "member" or "moderator"; empty on other servers
 * @property {boolean} typing
 * @property {boolean} invisible hidden from others, in a room that has this
 * @property {boolean} bot one of the server's own
 * @property {Date | undefined} since
 */

/** @param {Record<string, unknown>} meta @returns {Device} */
export function readDevice(meta) {
  return {
    ref: String(meta.phx_ref),
    tab: text(meta.tab),
    name: text(meta.device) || "Unknown device",
    status: text(meta.status) || "online",
    note: text(meta.note),
    role: text(meta.role),
    typing: meta.typing === true,
    invisible: meta.invisible === true,
    bot: meta.bot === true,
    since: date(meta.online_at),
  };
}

/** The longest text that is shown, in characters. */
const MAX_TEXT_LENGTH = 80;

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? [...value.trim()].slice(0, MAX_TEXT_LENGTH).join("") : "";
}

/** @param {unknown} seconds since 1970, as a number or, from other servers, as text */
function date(seconds) {
  const date = new Date(Number(seconds ?? NaN) * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Browsers and systems by their name in a user agent. The first one found counts, since Edge says "Chrome" too. */
const BROWSERS = {
  Edg: "Edge",
  OPR: "Opera",
  Firefox: "Firefox",
  FxiOS: "Firefox",
  CriOS: "Chrome",
  Chrome: "Chrome",
  Safari: "Safari",
};
const SYSTEMS = {
  iPhone: "iPhone",
  iPad: "iPad",
  Android: "Android",
  Windows: "Windows",
  "Mac OS": "Mac",
  CrOS: "Chromebook",
  Linux: "Linux",
};

/** A name for the device with this user agent: "Firefox on Android". */
export function guessDevice(userAgent = navigator.userAgent) {
  /** @param {Record<string, string>} names @param {string} otherwise */
  const find = (names, otherwise) =>
    names[Object.keys(names).find((part) => userAgent.includes(part)) ?? ""] ?? otherwise;
  return `${find(BROWSERS, "Browser")} on ${find(SYSTEMS, "some device")}`;
}

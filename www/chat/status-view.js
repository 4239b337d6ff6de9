// The state of the room apart from its people: the room's name, the connection, the number of people, and errors.
// Without a connection, the people are marked as last seen.

import { byId } from "../element.js";
import { addressOf } from "./address.js";

const connection = byId("connection", HTMLElement);
const problem = byId("problem", HTMLElement);
const roster = byId("roster", HTMLElement);

const WORDS = {
  pending: "Connecting…",
  synced: "Online",
  stale: "Reconnecting…",
  closed: "Not connected",
  refused: "Not connected",
};

/** @typedef {keyof typeof WORDS} ConnectionState */

/** Shows the connection's state, and removes the last error when it changes. @param {ConnectionState} state */
export function showConnection(state) {
  if (connection.dataset.state === state) return;
  connection.dataset.state = state;
  connection.textContent = WORDS[state];
  roster.dataset.stale = String(state !== "synced");
  showProblem("");
}

/** @param {number | undefined} people @param {number} [devices] `undefined` where only the number of people is known */
export function showCount(people, devices) {
  const persons = people === 1 ? "1 person" : `${(people ?? 0).toLocaleString()} people`;
  const tabs = devices === 1 ? "1 device" : `${(devices ?? 0).toLocaleString()} devices`;
  const text = people === undefined ? "…" : devices === undefined ? persons : `${persons}, ${tabs}`;
  byId("count", HTMLElement).textContent = text;
  byId("people-badge", HTMLElement).textContent = people === undefined ? "" : people.toLocaleString();
  byId("try", HTMLElement).hidden = people !== 1;
}

/** @param {string} text empty to remove it */
export function showProblem(text) {
  problem.textContent = text;
  problem.hidden = text === "";
}

/** @param {import("./places.js").Place} place @param {string} you @param {number} unread in other rooms */
export function showPlace({ title, about }, you, unread) {
  showTitle(title, unread);
  byId("room-name", HTMLElement).textContent = title;
  byId("room-about", HTMLElement).textContent = about;
  byId("as-another", HTMLAnchorElement).href = addressOf(title);
  byId("as-yourself", HTMLAnchorElement).href = addressOf(title, you);
}

/** @param {string} title of the room @param {number} unread messages in other rooms */
export function showTitle(title, unread) {
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${title} · phoenix-presence`;
}

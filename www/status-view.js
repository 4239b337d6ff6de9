// The state of the room apart from its people: the room's name, the connection, the number of people,
// and errors. Without a connection, the people are marked as last seen.

import { addressOf } from "./address.js";
import { byId } from "./element.js";

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

/** Shows the connection's state, and removes the last error. @param {import("phoenix-presence").PresenceStatus | "refused"} state */
export function showConnection(state) {
  connection.dataset.state = state;
  connection.textContent = WORDS[state];
  roster.dataset.stale = String(state !== "synced");
  showProblem("");
}

/** @param {number} people @param {number} devices */
export function showCount(people, devices) {
  const persons = people === 1 ? "1 person" : `${people} people`;
  byId("count", HTMLElement).textContent = `${persons}, ${devices === 1 ? "1 device" : `${devices} devices`}`;
  byId("try", HTMLElement).dataset.alone = String(people === 1);
}

/** @param {string} text empty to remove it */
export function showProblem(text) {
  problem.textContent = text;
  problem.hidden = text === "";
}

/** @param {string} room @param {string} you */
export function showPlace(room, you) {
  document.title = `${room} · Who is here?`;
  byId("room-name", HTMLElement).textContent = room;
  byId("as-another", HTMLAnchorElement).href = addressOf(room);
  byId("as-yourself", HTMLAnchorElement).href = addressOf(room, you);
}

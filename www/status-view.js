// Shows everything about the room that is not a person: where you are, how the
// connection is, how many are here, and what went wrong.
//
// Invariant: without a connection, the people on the page are marked as last seen.

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

/** A problem of before is none any more. @param {import("phoenix-presence").PresenceStatus | "refused"} state */
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

/** @param {string} text none if all is well */
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

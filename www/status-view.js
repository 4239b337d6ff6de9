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
  connecting: "Connecting…",
  online: "Online",
  reconnecting: "Reconnecting…",
  refused: "Not connected",
};

/** @param {import("./room.js").ConnectionState} state */
export function showConnection(state) {
  connection.dataset.state = state;
  connection.textContent = WORDS[state];
  if (state !== "online") roster.dataset.stale = "true";
}

/** A list has come: what is shown is true again. @param {number} people @param {number} devices */
export function showCount(people, devices) {
  roster.dataset.stale = "false";
  const persons = people === 1 ? "1 person" : `${people} people`;
  byId("count", HTMLElement).textContent = `${persons}, ${devices === 1 ? "1 device" : `${devices} devices`}`;
}

/** @param {boolean} alone */
export function showAlone(alone) {
  byId("try", HTMLElement).dataset.alone = String(alone);
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

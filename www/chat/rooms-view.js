// The list of rooms: who is in each, and what you have not read.

import { byId, element, quoted } from "../element.js";
import { addressOf } from "./address.js";
import { portrait } from "./avatar.js";

/** The most pictures that a room shows. */
const MAX_PICTURES = 3;

/**
 * @typedef {object} RoomSummary
 * @property {import("./places.js").Place} place
 * @property {boolean} isCurrent
 * @property {number} unread messages
 * @property {number | undefined} count people; `undefined` if that is not known
 * @property {readonly string[]} first the keys of the first people
 * @property {string} refusal why the server did not let you in, or empty
 */

/** @param {readonly RoomSummary[]} rooms */
export function showRooms(rooms) {
  const list = byId("rooms", HTMLElement);
  const rows = rooms.map((room) => row(room));
  // A row that is the same stays, with the focus that it may have.
  rows.forEach((made, at) => {
    const shown = list.children[at];
    if (!shown) list.append(made);
    else if (!shown.isEqualNode(made)) replaceRow(shown, made);
  });
  while (list.childElementCount > rows.length) list.lastElementChild?.remove();
}

/** @param {Element} shown @param {HTMLElement} made */
function replaceRow(shown, made) {
  const hadFocus = shown.contains(document.activeElement);
  shown.replaceWith(made);
  if (hadFocus) made.querySelector("a")?.focus();
}

/** @param {RoomSummary} room */
function row({ place, isCurrent, unread, count, first, refusal }) {
  const link = element("a", "room", element("span", "title", quoted(place.title)));
  link.href = addressOf(place.title).slice(location.origin.length);
  if (isCurrent) link.ariaCurrent = "page";
  if (refusal) {
    link.append(element("span", "locked", refusal === "unauthorized" ? "locked" : "refused"));
  } else {
    const pictures = element("span", "pictures", ...first.slice(0, MAX_PICTURES).map(portrait));
    pictures.setAttribute("aria-hidden", "true");
    link.append(pictures);
    if (count !== undefined) link.append(element("span", "people-count", count.toLocaleString(), hidden(" here")));
  }
  if (unread > 0) link.append(element("span", "unread", unread > 99 ? "99+" : String(unread), hidden(" unread")));
  return element("li", "", link);
}

/** Text for screen readers alone. @param {string} text */
function hidden(text) {
  return element("span", "unseen", text);
}

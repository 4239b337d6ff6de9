// The options of a Presence.
//
// Invariant: what is missing has its default, and what is wrong is an error that
// names what was expected, before anything is done.

/** The longest time that a timer can wait. */
const LONGEST = 2 ** 31 - 1;

/** @param {import("./index.js").PresenceOpts} opts */
export function readOptions({ events, leaveGrace, resync }) {
  const { state = "presence_state", diff = "presence_diff" } = events ?? {};
  if (leaveGrace !== undefined && !(typeof leaveGrace === "number" && leaveGrace >= 0 && leaveGrace <= LONGEST)) {
    throw new TypeError(`leaveGrace: expected milliseconds from 0 to ${LONGEST}`);
  }
  if (resync !== undefined && resync !== "server") throw new TypeError('resync: expected "server" or undefined');
  return { events: { state, diff }, leaveGrace: leaveGrace ?? 0, resync };
}

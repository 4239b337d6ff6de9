// The arguments of `new Presence(channel, opts)`.
//
// Invariant: an option that is missing has its default, and a wrong argument is an error
// that names what was expected, before anything is done.

/** The longest time that a timer can wait, in milliseconds. */
const MAX_TIMEOUT = 2 ** 31 - 1;

const NAMES = ["events", "leaveGrace", "resync"];

/** @param {import("./index.js").PresenceOpts} opts */
export function readOptions(opts) {
  const { events, leaveGrace, resync } = opts;
  const { state = "presence_state", diff = "presence_diff" } = events ?? {};
  for (const name of Object.keys(opts)) {
    if (!NAMES.includes(name)) throw new TypeError(`${name}: expected one of the options ${NAMES.join(", ")}`);
  }
  if (leaveGrace !== undefined && !(typeof leaveGrace === "number" && leaveGrace >= 0 && leaveGrace <= MAX_TIMEOUT)) {
    throw new TypeError(`leaveGrace: expected milliseconds from 0 to ${MAX_TIMEOUT}`);
  }
  if (resync !== undefined && resync !== "server") throw new TypeError('resync: expected "server" or undefined');
  return { events: { state, diff }, leaveGrace: leaveGrace ?? 0, resync };
}

/** @param {any} channel */
export function checkChannel(channel) {
  if (typeof channel?.on === "function" && typeof channel.joinRef === "function") return;
  const name = typeof channel === "object" ? channel?.constructor?.name : undefined;
  throw new TypeError(
    `new Presence: expected a channel, such as socket.channel("room:lobby"), got ${name ?? typeof channel}`,
  );
}

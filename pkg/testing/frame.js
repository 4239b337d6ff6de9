/**
 * Frames of Phoenix Channels V2: `[join_ref, ref, topic, event, payload]`, as JSON text.
 */

/** @typedef {import("../testing.js").TestFrame} TestFrame */

/**
 * Reads what a client sent.
 *
 * @param {unknown} text
 * @returns {TestFrame}
 * @throws {TypeError} when it is no frame, which only another serializer can cause
 */
export function decode(text) {
  const expected = "The test server expects JSON text of the form [join_ref, ref, topic, event, payload]";
  if (typeof text !== "string") throw new TypeError(`${expected}: binary payloads are not supported.`);
  const parts = parse(text);
  if (!Array.isArray(parts) || parts.length !== 5) throw new TypeError(`${expected}, and got ${text}`);
  const [join_ref, ref, topic, event, payload] = parts;
  if (typeof topic !== "string" || typeof event !== "string") {
    throw new TypeError(`${expected}, where topic and event are strings, and got ${text}`);
  }
  return { from: "client", join_ref, ref, topic, event, payload };
}

/** @param {string} text @returns {unknown} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The text of a frame to a client.
 *
 * @param {string | null} join_ref
 * @param {string | null} ref
 * @param {string} topic
 * @param {string} event
 * @param {unknown} payload
 */
export const encode = (join_ref, ref, topic, event, payload) => JSON.stringify([join_ref, ref, topic, event, payload]);

/**
 * A frame to a client as tests see it. Parsed from its text, so that it holds what the client gets.
 *
 * @param {string} text
 * @returns {TestFrame}
 */
export function sent(text) {
  const [join_ref, ref, topic, event, payload] = JSON.parse(text);
  return { from: "server", join_ref, ref, topic, event, payload };
}

/**
 * The payload of a `phx_reply`.
 *
 * @param {unknown} reply what a handler returned
 * @param {string} handler its name
 * @returns {{ response: object, status: "ok" | "error" }}
 */
export function replyPayload(reply, handler) {
  for (const status of /** @type {const} */ (["error", "ok"])) {
    const response = /** @type {any} */ (reply)?.[status];
    if (typeof response === "object" && response !== null) return { response, status };
  }
  throw new TypeError(`${handler} must return { ok: {…} }, { error: {…} } or nothing, and returned ${show(reply)}`);
}

/**
 * A value in an error message.
 *
 * @param {unknown} value
 */
export const show = (value) =>
  value !== null && typeof value === "object" && typeof (/** @type {any} */ (value).then) === "function"
    ? "a promise"
    : (JSON.stringify(value) ?? String(value));

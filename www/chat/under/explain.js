// Explains a frame of Phoenix Channels V2: `[join_ref, ref, topic, event, payload]`.

/**
 * @typedef {object} Explained
 * @property {string} topic
 * @property {string} event
 * @property {string} meaning
 */

/** @param {"in" | "out"} direction @param {string} text @returns {Explained} */
export function explain(direction, text) {
  let topic, event, payload, joinRef, ref;
  try {
    [joinRef, ref, topic, event, payload] = JSON.parse(text);
  } catch {
    return { topic: "", event: "?", meaning: "This is not a frame." };
  }
  const meaning = MEANINGS[event]?.({ payload: payload ?? {}, joinRef, ref, direction }) ?? "An event of this demo.";
  return { topic: String(topic), event: String(event), meaning };
}

/** @typedef {{ payload: any, joinRef: string | null, ref: string | null, direction: string }} Parts */

/** @type {Record<string, (parts: Parts) => string>} */
const MEANINGS = {
  phx_join: ({ payload, joinRef }) =>
    payload.track === false
      ? `The page listens to this room. Everything of this join has the join_ref ${joinRef}.`
      : `The page joins this room with its metadata. Everything of this join has the join_ref ${joinRef}.`,
  phx_leave: () => "The page leaves. The server confirms with phx_close.",
  phx_close: () => "The server has closed the channel. Diffs of that join can no longer come.",
  phx_error: () => "The channel has crashed. phoenix.js joins again.",
  phx_reply: ({ payload, ref }) =>
    payload.status === "ok" ? `The answer to ${ref}: ok.` : `The answer to ${ref}: refused, ${reasonOf(payload)}.`,
  heartbeat: () => "The page says that it is still there, every 30 seconds.",
  presence_state: ({ payload }) => `The whole list, once for each join: ${count(Object.keys(payload).length, "user")}.`,
  presence_diff: ({ payload }) => explainDiff(payload),
  presence_count: ({ payload }) => `Guests get no list here, but a number: ${payload.count}.`,
  message: ({ direction }) => (direction === "in" ? "Someone has written." : "The page sends what you have written."),
  messages: () => "The page asks for what was written before.",
  track: () => "The page asks the server to put you on the list.",
  untrack: () => "The page asks the server to take you off the list.",
  update: () => "The page sends your changed metadata. Others get one diff, with the old meta and the new one.",
  state: () => "The page asks for the whole list once more.",
};

/** @param {any} diff */
function explainDiff({ joins, leaves }) {
  const joined = Object.entries(joins ?? {});
  const left = Object.keys(leaves ?? {});
  const updated = joined.filter(([key, presence]) => presence?.metas?.some?.(isUpdate) && left.includes(key));
  const updatedKeys = updated.map(([key]) => key);
  const parts = [
    describe("updated", updatedKeys),
    describe(
      "joined",
      joined.map(([key]) => key).filter((key) => !updatedKeys.includes(key)),
    ),
    describe(
      "left",
      left.filter((key) => !updatedKeys.includes(key)),
    ),
  ].filter((part) => part !== "");
  const note = updated.length > 0 ? " An update is a join with phx_ref_prev and a leave." : "";
  return `${parts.join("; ") || "An empty diff"}.${note}`;
}

/** @param {any} meta */
const isUpdate = (meta) => typeof meta?.phx_ref_prev === "string";

/** @param {string} verb @param {string[]} keys */
function describe(verb, keys) {
  if (keys.length === 0) return "";
  return keys.length > 3 ? `${count(keys.length, "user")} ${verb}` : `${keys.join(", ")} ${verb}`;
}

/** @param {any} payload */
function reasonOf(payload) {
  return String(payload.response?.reason ?? "without a reason");
}

/** @param {number} number @param {string} noun */
function count(number, noun) {
  return `${number.toLocaleString()} ${noun}${number === 1 ? "" : "s"}`;
}

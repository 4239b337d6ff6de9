/**
 * The program of every project here: a room, a state, a diff, and the resulting list. It uses no function
 * of an environment. The runner copies it into each project of ES modules; the few CommonJS projects
 * contain the same lines.
 *
 * @param {new (channel: any) => { list<T>(chooser: (key: string, presence: any) => T): T[] }} Presence
 * @returns {string[]} the users online, each with the number of devices
 */
export function roster(Presence) {
  const { channel, deliver } = channelOf();
  const presence = new Presence(channel);
  deliver();
  return presence.list((key, { metas }) => `${key} on ${metas.length}`);
}

/** The room's channel, and a function that delivers its messages. */
export function channelOf() {
  /** @type {Record<string, (payload: object) => void>} */
  const listeners = {};
  return {
    channel: {
      on: (/** @type {string} */ event, /** @type {() => void} */ listener) => (listeners[event] = listener),
      joinRef: () => "1",
    },
    deliver() {
      listeners.presence_state({ grace: { metas: [{ phx_ref: "g1" }] }, ada: { metas: [{ phx_ref: "a1" }] } });
      listeners.presence_diff({
        joins: { ada: { metas: [{ phx_ref: "a2" }] }, 7: { metas: [{ phx_ref: "s1" }] } },
        leaves: { grace: { metas: [{ phx_ref: "g1" }] } },
      });
    },
  };
}

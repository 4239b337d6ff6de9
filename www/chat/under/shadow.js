// The class of phoenix.js on the same channel, to compare its list with ours.
//
// It gets the same events in the same order. What it throws is recorded, and does not end the page's own handling, as it
// would in an app.

import { Presence as PhoenixPresence } from "phoenix";

export class Shadow {
  /** What it threw last, or empty. */
  lastError = "";
  #channel;
  /** @type {[event: string, ref: number][]} */
  #bindings = [];

  /**
   * @param {import("phoenix").Channel} channel
   * @param {() => void} onChange called after each message that it has handled
   */
  constructor(channel, onChange) {
    this.#channel = channel;
    const guarded = {
      /** @param {string} event @param {(payload: any) => void} callback */
      on: (event, callback) => {
        const ref = channel.on(event, (payload) => {
          try {
            callback(payload);
          } catch (error) {
            this.lastError = String(error);
          }
          onChange();
        });
        this.#bindings.push([event, ref]);
        return ref;
      },
      joinRef: () => /** @type {any} */ (channel).joinRef(), // @types/phoenix leaves it out.
    };
    this.presence = new PhoenixPresence(/** @type {any} */ (guarded));
  }

  /** The refs of each user. @returns {Map<string, string[] | undefined>} `undefined` for an entry that is broken */
  refs() {
    const { state } = /** @type {any} */ (this.presence);
    return refsOf(state);
  }

  dispose() {
    for (const [event, ref] of this.#bindings) this.#channel.off(event, ref);
  }
}

/** @param {Record<string, any>} state @returns {Map<string, string[] | undefined>} */
export function refsOf(state) {
  const metasOf = (/** @type {string} */ key) => state[key]?.metas;
  return new Map(
    Object.keys(state).map((key) => {
      const metas = metasOf(key);
      return [key, Array.isArray(metas) ? metas.map((meta) => String(meta?.phx_ref)) : undefined];
    }),
  );
}

/**
 * @typedef {object} Difference
 * @property {string} key
 * @property {"ghost" | "missing" | "broken" | "devices"} kind of the list of phoenix.js: the user is only there, is not
 *   there, has a broken entry, or has other devices
 */

/**
 * The users about whom the two lists differ.
 *
 * @param {Map<string, string[] | undefined>} ours
 * @param {Map<string, string[] | undefined>} theirs those of phoenix.js
 * @returns {Difference[]}
 */
export function differences(ours, theirs) {
  /** @type {Difference[]} */
  const found = [];
  for (const [key, refs] of theirs) {
    const expected = ours.get(key);
    if (!refs) found.push({ key, kind: "broken" });
    else if (!expected) found.push({ key, kind: "ghost" });
    else if ([...refs].sort().join() !== [...expected].sort().join()) found.push({ key, kind: "devices" });
  }
  for (const key of ours.keys()) {
    if (!theirs.has(key)) found.push({ key, kind: "missing" });
  }
  return found;
}

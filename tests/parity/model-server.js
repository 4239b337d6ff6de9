/**
 * A server that tracks presences the way Phoenix does, and the stream one client gets from it.
 *
 * It keeps what Phoenix keeps: a ref is new with every track and update, an update is one diff whose
 * join names the ref it replaces, a process that ends takes all its keys with it in one diff, and a
 * client that was cut off misses everything until it has rejoined. What the server is free to choose
 * (the order of keys and metas in a state, whether a diff comes before the state) is chosen at random.
 */

import { objectText } from "./arbitraries.js";

/**
 * @typedef {{ act: "track" | "update" | "untrack", process: number, key: number, field: string }
 *   | { act: "end", process: number }} TrackingAct
 * @typedef {TrackingAct | { act: "cut" | "rejoin" | "push state", order: number }} Act
 */

/** @typedef {{ process: number, key: string, ref: string, text: string }} Tracked */

export class ModelServer {
  /** @type {Tracked[]} */
  tracked = [];
  refs = 0;

  /**
   * @param {string[]} keys
   * @param {boolean} fetches whether presences carry a field beside their metas
   */
  constructor(keys, fetches) {
    this.keys = keys;
    this.fetches = fetches;
  }

  /**
   * Does one thing and returns the text of the diff it broadcasts, if any.
   *
   * @param {TrackingAct} act
   * @returns {string | null}
   */
  perform(act) {
    if (act.act === "end") {
      return this.#replace(
        this.tracked.filter(({ process }) => process === act.process),
        [],
      );
    }
    const key = this.keys[act.key % this.keys.length];
    const tracked = this.tracked.find((each) => each.process === act.process && each.key === key);
    switch (act.act) {
      case "track":
        return tracked ? null : this.#replace([], [this.#meta(act.process, key, act.field)]);
      case "update":
        return tracked ? this.#replace([tracked], [this.#meta(act.process, key, act.field, tracked.ref)]) : null;
      case "untrack":
        return tracked ? this.#replace([tracked], []) : null;
    }
  }

  /**
   * The `presence_state` a client gets.
   *
   * @param {number} order chooses the order of keys and of metas
   */
  stateText(order) {
    return this.#presencesText(shuffled(this.tracked, order));
  }

  /**
   * @param {number} process
   * @param {string} key
   * @param {string} field
   * @param {string} [previous]
   * @returns {Tracked}
   */
  #meta(process, key, field, previous) {
    const ref = `F${++this.refs}`;
    const fields = [["phx_ref", ref], ...(previous ? [["phx_ref_prev", previous]] : []), ["status", field]];
    return { process, key, ref, text: objectText(fields.map(([name, value]) => [name, JSON.stringify(value)])) };
  }

  /** @param {Tracked[]} gone @param {Tracked[]} come */
  #replace(gone, come) {
    if (gone.length + come.length === 0) return null;
    this.tracked = this.tracked.filter((each) => !gone.includes(each)).concat(come);
    return objectText([
      ["joins", this.#presencesText(come)],
      ["leaves", this.#presencesText(gone)],
    ]);
  }

  /** @param {Tracked[]} tracked */
  #presencesText(tracked) {
    const keys = [...new Set(tracked.map(({ key }) => key))];
    return objectText(
      keys.map((key) => {
        const metas = tracked.filter((each) => each.key === key).map(({ text }) => text);
        const fetched = JSON.stringify({ name: key, asOf: this.refs });
        return [
          key,
          objectText([
            ["metas", `[${metas.join(",")}]`],
            .../** @type {[string, string][]} */ (this.fetches ? [["user", fetched]] : []),
          ]),
        ];
      }),
    );
  }
}

/**
 * The steps that a client sees of a server that does `acts`, and the server as it is at the end.
 *
 * @param {string[]} keys
 * @param {boolean} fetches
 * @param {Act[]} acts
 */
export function serve(keys, fetches, acts) {
  const server = new ModelServer(keys, fetches);
  /** @type {import("./driver.js").Step[]} */
  const steps = [];
  let connected = true;
  let joins = 1;
  for (const act of acts) {
    switch (act.act) {
      case "cut":
        connected = false;
        break;
      case "rejoin":
        connected = true;
        steps.push({ do: "rejoin", joinRef: String(++joins) });
        break;
      case "push state":
        if (connected) steps.push({ do: "state", text: server.stateText(act.order) });
        break;
      default: {
        const text = server.perform(act);
        if (text !== null && connected) steps.push({ do: "diff", text });
      }
    }
  }
  return { steps, server };
}

/**
 * Another order of the same items, the same one for the same number.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {number} order
 */
function shuffled(items, order) {
  const rest = [...items];
  const result = [];
  for (let n = order; rest.length > 0; n = Math.floor(n / (rest.length + 1))) {
    result.push(...rest.splice(n % rest.length, 1));
  }
  return result;
}

/**
 * What a subscriber should be told, found the slow way: by comparing all that was there before a
 * message with all that is there after it.
 */

import { isDeepStrictEqual } from "node:util";

/** @typedef {import("phoenix-presence").PresenceState} State */

/**
 * @param {any} previous
 * @param {any} presence
 */
function difference(previous, presence) {
  const place = (/** @type {any[]} */ metas, /** @type {any} */ ref) => metas.findLastIndex((m) => m.phx_ref === ref);
  const left = previous.metas.filter((/** @type {any} */ meta) => place(presence.metas, meta.phx_ref) < 0);
  const joined = presence.metas.filter((/** @type {any} */ meta) => place(previous.metas, meta.phx_ref) < 0);
  const updated = [];
  const replaced = new Set();
  for (const current of [...joined]) {
    const prev = current.phx_ref_prev ?? NaN;
    // Of metas that share a ref, the last is replaced, once.
    const at = left.findLastIndex((/** @type {any} */ meta) => meta.phx_ref === prev);
    if (at < 0 || replaced.has(prev)) continue;
    replaced.add(prev);
    updated.push({ previous: left[at], current });
    left.splice(at, 1);
    joined.splice(joined.indexOf(current), 1);
  }
  for (const meta of previous.metas) {
    const at = place(presence.metas, meta.phx_ref);
    if (at >= 0 && !isDeepStrictEqual(presence.metas[at], meta)) {
      updated.push({ previous: meta, current: presence.metas[at] });
    }
  }
  return { joined, left, updated };
}

/**
 * The changes between two states, by key.
 *
 * @param {State} before
 * @param {State} after
 * @param {string} reason
 */
export function changesBetween(before, after, reason) {
  /** @type {Map<string, any>} */
  const changes = new Map();
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [previous, presence] = [before[key], after[key]];
    const base = { key, presence, previous, joined: [], left: [], updated: [], reason };
    if (!previous) changes.set(key, { ...base, type: "enter", joined: presence.metas });
    else if (!presence) changes.set(key, { ...base, type: "exit", left: previous.metas });
    else {
      if (isDeepStrictEqual(previous, presence)) continue;
      // Another order of metas is an update with empty lists.
      changes.set(key, { ...base, type: "update", ...difference(previous, presence) });
    }
  }
  return changes;
}

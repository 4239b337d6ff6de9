/**
 * Every way in which phoenix-presence is meant to differ from phoenix.js, as far as the input of
 * these tests can show it. What is not listed here must be equal.
 *
 * Of the diffs that wait for a state, phoenix-presence keeps the first thousand apart and merges what
 * comes after them: they end in the same roster, but tell no callback each of their own, and may end
 * in another order. `waiting.test.js` compares that.
 *
 * The rest of the documented differences need input that is never generated here: entries that are
 * not presences, callbacks that throw, and messages delivered from inside a callback. Nor is a
 * `phx_ref` that is an object or array: phoenix.js clones it, after which it equals nothing, so that
 * a state can never remove its user.
 */

import { deepFreeze, snapshot } from "../support/snapshot.js";

/**
 * What a driver does on behalf of one implementation.
 *
 * @typedef {object} Treatment
 * @property {(value: object) => object} protect called with every object handed over: a payload, a state
 * @property {(presence: any, isStale: boolean[]) => void} beforeState called before a `presence_state`
 * @property {boolean} keepsValues whether values handed out may be held on to
 */

/**
 * phoenix.js: waiting diffs of an earlier join are applied after the rejoin (ghost users). They are
 * taken out here, which is what phoenix-presence does by itself.
 *
 * @type {Treatment}
 */
export const AS_PHOENIX_JS = {
  protect: (value) => value,
  beforeState: (presence, isStale) => {
    presence.pendingDiffs = presence.pendingDiffs.filter(
      (/** @type {object} */ _, /** @type {number} */ i) => !isStale[i],
    );
  },
  keepsValues: false,
};

/**
 * phoenix-presence: payloads, states and presences are never changed, so it must work on frozen
 * ones. phoenix.js cuts the metas of a payload and of presences it has handed out.
 *
 * @type {Treatment}
 */
export const AS_OURS_FROZEN = { protect: deepFreeze, beforeState: () => {}, keepsValues: true };

/**
 * The same without freezing: an attempt to change something would now succeed, and be seen.
 *
 * @type {Treatment}
 */
export const AS_OURS = { protect: (value) => value, beforeState: () => {}, keepsValues: true };

/**
 * Inside `onJoin` and `onLeave` phoenix.js shows a state that is applied up to that callback, and
 * phoenix-presence the complete one. Inside `onSync` both are complete.
 *
 * @param {"onJoin" | "onLeave" | "onSync"} slot
 */
export function stateIsComparableInside(slot) {
  return slot === "onSync";
}

/**
 * phoenix.js clones the whole state for every `presence_state`, so that `presence.state` is another
 * object after it; phoenix-presence changes what changed, in the object that is there.
 *
 * @param {string | undefined} step what happened last
 */
export function stateObjectIsComparableAfter(step) {
  return step !== "state";
}

/**
 * Between a rejoin and the next `presence_state`, phoenix-presence is free to have dropped waiting
 * diffs of the earlier join already, or to drop them only then.
 *
 * @param {unknown[]} pendingDiffs
 * @param {boolean[]} isStale
 */
export function pendingDiffsSnapshot(pendingDiffs, isStale) {
  return isStale.includes(true) ? "(some belong to an earlier join)" : snapshot(pendingDiffs);
}

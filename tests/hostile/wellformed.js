/**
 * Which part of a payload is well-formed, said once more and independently of the implementation.
 *
 * The promise is that a stream has the same effect as the same stream without its malformed parts,
 * so the tests need to take these out.
 */

/** @param {unknown} value @returns {boolean} */
const isObject = (value) => typeof value === "object" && value !== null;

/** @param {any} value @returns {boolean} */
const isPresence = (value) => isObject(value) && Array.isArray(value.metas) && value.metas.every(isObject);

/** An object with presences by key. @param {unknown} value @returns {value is object} */
const isDict = (value) => isObject(value) && !Array.isArray(value);

/**
 * The presences among the values of an object, which stays as it is.
 *
 * @param {any} dict
 */
function presencesOf(dict) {
  const kept = {};
  for (const key of Object.getOwnPropertyNames(dict)) {
    if (!isPresence(dict[key])) continue;
    Object.defineProperty(kept, key, { value: dict[key], enumerable: true, configurable: true, writable: true });
  }
  return kept;
}

/**
 * A `presence_state` without what is malformed; null if nothing is left to apply.
 *
 * @param {unknown} payload
 */
export const wellFormedState = (payload) => (isDict(payload) ? presencesOf(payload) : null);

/**
 * A `presence_diff` without what is malformed; null if nothing is left to apply.
 *
 * @param {any} payload
 */
export function wellFormedDiff(payload) {
  if (!isDict(payload)) return null;
  const { joins, leaves } = /** @type {any} */ (payload);
  return { joins: isDict(joins) ? presencesOf(joins) : {}, leaves: isDict(leaves) ? presencesOf(leaves) : {} };
}

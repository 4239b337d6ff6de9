/**
 * Turns a value into text that is equal exactly when the values are indistinguishable to a program.
 *
 * Two snapshots are equal only if types, prototypes, own keys (an own "__proto__" included), the
 * order of those keys, and everything inside are equal. `assert.deepEqual` compares neither the
 * order of keys nor, in its loose form, prototypes; a roster is a list to its users, so order counts.
 */

/**
 * @param {unknown} value
 * @returns {string}
 */
export function snapshot(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "function") return "[function]";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return arraySnapshot(value);
  const entries = Object.getOwnPropertyNames(value).map(
    (key) => `${JSON.stringify(key)}:${snapshot(/** @type {Record<string, unknown>} */ (value)[key])}`,
  );
  return `${prototypeName(value)}{${entries.join(",")}}`;
}

/** @param {unknown[]} array */
function arraySnapshot(array) {
  // A hole and an undefined look alike when read by index.
  const items = Array.from(array, (item, index) => (index in array ? snapshot(item) : "hole"));
  return `[${items.join(",")}]`;
}

/** @param {object} value */
function prototypeName(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return "";
  return prototype === null ? "null-prototype" : (prototype.constructor?.name ?? "unknown");
}

/**
 * Freezes a JSON value and everything in it, so that whoever tries to change it is found out.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function deepFreeze(value) {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const key of Object.getOwnPropertyNames(value)) {
    deepFreeze(/** @type {Record<string, unknown>} */ (value)[key]);
  }
  return Object.freeze(value);
}

/**
 * The text form of the WebAssembly inside the package's JavaScript; pkg/source.js reads it.
 *
 * Base64 would be as long and compress far worse: it spreads three bytes over four characters, so
 * that what repeats in the bytes no longer repeats in the text.
 */

/**
 * Writes bytes as printable ASCII without characters that need escaping: one character for a byte
 * below 90, two for the others.
 *
 * @param {Uint8Array} bytes
 */
export function toText(bytes) {
  /** @param {number} value */
  const one = (value) => (value === 57 ? "!" : String.fromCharCode(value + 35)); // 57 would be a backslash.
  const two = (/** @type {number} */ byte) => (byte < 180 ? `}${one(byte - 90)}` : `~${one(byte - 180)}`);
  return Array.from(bytes, (byte) => (byte < 90 ? one(byte) : two(byte))).join("");
}

// Formats figures for people, with three digits, since a measurement is not more accurate.

/** @param {number} count */
export const whole = (count) => count.toLocaleString("en");

/** @param {number} value */
const threeDigits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** @param {number} micros */
export function time(micros) {
  if (micros < 0.9995) return `${threeDigits(micros * 1_000)} ns`;
  if (micros < 999.5) return `${threeDigits(micros)} µs`;
  return micros < 999_500 ? `${threeDigits(micros / 1_000)} ms` : `${threeDigits(micros / 1_000_000)} s`;
}

/** How many times faster. @param {number} value */
export const ratio = (value) => `${value < 100 ? value.toFixed(1) : value.toFixed(0)}×`;

/** As at the start of a sentence, but for code: list() stays list(). @param {string} text */
export const capital = (text) => (/^\w+\(/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));

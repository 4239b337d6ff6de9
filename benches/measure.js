// Times implementations side by side: the same work on the same input in the same process, alternately,
// so that whatever slows the machine for a while slows all of them. There is a figure only if all agreed
// on the outcome.

/**
 * @typedef {{ name: string, Presence: any }} Implementation
 * @typedef {{ work: string, size: number, goal: number, micros: number[], ratios: number[] }} Result the median time
 *   of one unit of work for each implementation, and the time of the first divided by it
 */

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @typedef {object} Options
 * @property {number} [millis] how long to measure, about
 * @property {number} [rounds] the least number of rounds
 * @property {number} [warm] the number of rounds before, which do not count, because code is compiled in them
 * @property {number} [shortest] the least duration of a sample, in milliseconds, for a clock with a low resolution
 */

/**
 * @param {import("./rows.js").Row} row
 * @param {Implementation[]} implementations
 * @param {Options} [options]
 * @returns {Result}
 * @throws {Error} if two implementations differ in the outcome
 */
export function measure(row, implementations, options) {
  const steps = measuring(row, implementations, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * The same in steps, for a page that has other things to do in between: it yields before each, and returns the result.
 *
 * @param {import("./rows.js").Row} row
 * @param {Implementation[]} implementations
 * @param {Options} [options]
 * @returns {Generator<void, Result, void>}
 */
export function* measuring(row, implementations, { millis = 1_000, rounds = 7, warm = 2, shortest = 0 } = {}) {
  yield* agree(row, implementations);
  /** @type {number[][]} */
  const times = implementations.map(() => []);
  const batches = implementations.map(() => 1);
  let end = Infinity;
  for (let round = 0; round < rounds + warm || performance.now() < end; round++) {
    if (round === warm) end = performance.now() + millis;
    // Each round starts with another implementation: the one after a heavy one finds a full heap.
    for (let offset = 0; offset < implementations.length; offset++) {
      const at = (round + offset) % implementations.length;
      let time;
      do {
        yield;
        const sample = row.sample(implementations[at].Presence, batches[at]);
        yield;
        const start = performance.now();
        sample.run();
        time = performance.now() - start;
        if (round >= warm) times[at].push((time * 1_000) / sample.times);
        // A fast implementation does the work more often, so that a sample is long compared with the clock's steps.
        if (time < shortest) batches[at] = Math.ceil(batches[at] * Math.min(10, (1.5 * shortest) / time));
      } while (round < warm && time < shortest);
    }
    if (round > 2_000) break;
  }
  const micros = times.map(median);
  return { work: row.work, size: row.size, goal: row.goal, micros, ratios: micros.map((each) => micros[0] / each) };
}

/**
 * @param {import("./rows.js").Row} row
 * @param {Implementation[]} implementations
 * @returns {Generator<void, void, void>}
 */
function* agree(row, implementations) {
  /** @type {{ name: string, result: string } | undefined} */
  let first;
  for (const { name, Presence } of implementations) {
    yield;
    const sample = row.sample(Presence);
    sample.run();
    const result = sample.result();
    first ??= { name, result };
    if (result !== first.result)
      throw new Error(`${row.work} (${row.size}): ${name} and ${first.name} differ in the outcome`);
  }
}

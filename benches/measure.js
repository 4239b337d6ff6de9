// Times implementations side by side.
//
// Invariant: all of them do the same work on the same input in the same process,
// in turns, so that what slows the machine for a while slows all of them; and a
// figure is only given when they agreed on the outcome.

/**
 * @typedef {{ name: string, Presence: any }} Implementation
 * @typedef {{ work: string, size: number, goal: number, micros: number[], ratios: number[] }} Result medians of one
 *   unit of work for each implementation, and how many times the first takes of each
 */

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @typedef {object} Options
 * @property {number} [millis] for about so long,
 * @property {number} [rounds] in so many rounds at least,
 * @property {number} [warm] after so many that do not count: code that runs for the first time is compiled meanwhile
 * @property {number} [shortest] with samples of so many milliseconds at least, for a clock that moves in steps
 */

/**
 * @param {import("./rows.js").Row} row
 * @param {Implementation[]} implementations
 * @param {Options} [options]
 * @returns {Result}
 * @throws {Error} when two implementations differ in what they leave
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
    // Another one begins each time: who comes after a heavy one finds a full heap.
    for (let turn = 0; turn < implementations.length; turn++) {
      const at = (round + turn) % implementations.length;
      let time;
      do {
        yield;
        const sample = row.sample(implementations[at].Presence, batches[at]);
        yield;
        const start = performance.now();
        sample.run();
        time = performance.now() - start;
        if (round >= warm) times[at].push((time * 1_000) / sample.times);
        // The quicker one does the work more often, so that the clock's steps are small beside each sample.
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

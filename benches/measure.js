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
 * @param {import("./rows.js").Row} row
 * @param {Implementation[]} implementations
 * @param {{ millis?: number, rounds?: number }} [options] for about so long, in so many rounds at least
 * @returns {Result}
 * @throws {Error} when two implementations differ in what they leave
 */
export function measure(row, implementations, { millis = 1_000, rounds = 7 } = {}) {
  agree(row, implementations);
  /** @type {number[][]} */
  const times = implementations.map(() => []);
  const warm = 2; // Not counted: code that runs for the first time is compiled meanwhile.
  const end = performance.now() + millis;
  for (let round = 0; round < rounds + warm || performance.now() < end; round++) {
    // Another one begins each time: who comes after a heavy one finds a full heap.
    for (let turn = 0; turn < implementations.length; turn++) {
      const at = (round + turn) % implementations.length;
      const sample = row.sample(implementations[at].Presence);
      const start = performance.now();
      sample.run();
      const time = performance.now() - start;
      if (round >= warm) times[at].push((time * 1_000) / sample.times);
    }
    if (round > 2_000) break;
  }
  const micros = times.map(median);
  return { work: row.work, size: row.size, goal: row.goal, micros, ratios: micros.map((each) => micros[0] / each) };
}

/** @param {import("./rows.js").Row} row @param {Implementation[]} implementations */
function agree(row, implementations) {
  const [first, ...others] = implementations.map(({ name, Presence }) => {
    const sample = row.sample(Presence);
    sample.run();
    return { name, result: sample.result() };
  });
  for (const { name, result } of others) {
    if (result !== first.result)
      throw new Error(`${row.work} (${row.size}): ${name} and ${first.name} differ in the outcome`);
  }
}

/**
 * The table at the end of `npm test`.
 *
 * A suite whose runner failed, printed no count or ran no test has at least one failure, so the last
 * line says 0 failed only if every suite ran and passed.
 */

/** @typedef {{ name: string, passed: number, failed: number, seconds: number, note?: string }} Row */

/**
 * @param {number} code the runner's exit code
 * @param {import("./counts.mjs").Count | undefined} count the count in its output
 * @returns {{ passed: number, failed: number, note?: string }}
 */
export function judge(code, count) {
  if (!count) return { passed: 0, failed: 1, note: `printed no count (exit code ${code})` };
  if (count.passed + count.failed === 0) return { passed: 0, failed: 1, note: "ran no test" };
  if (code !== 0 && count.failed === 0) return { ...count, failed: 1, note: `exit code ${code}` };
  if (code === 0 && count.failed > 0) return { ...count, note: "exit code 0 in spite of failures" };
  return count;
}

/**
 * @param {Row[]} rows
 * @returns {string} the table, and as its last line `N passed, N failed`
 */
export function summarize(rows) {
  const width = Math.max(5, ...rows.map(({ name }) => name.length));
  const lines = rows.map(
    ({ name, passed, failed, seconds, note }) =>
      `${name.padEnd(width)}  ${String(passed).padStart(6)}  ${String(failed).padStart(6)}  ${seconds.toFixed(1).padStart(7)}${note ? `  ${note}` : ""}`,
  );
  const sum = (/** @type {"passed" | "failed"} */ field) => rows.reduce((total, row) => total + row[field], 0);
  return [
    `${"suite".padEnd(width)}  passed  failed  seconds`,
    ...lines,
    "",
    `${sum("passed")} passed, ${sum("failed")} failed`,
  ].join("\n");
}

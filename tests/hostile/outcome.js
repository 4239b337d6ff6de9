/**
 * What a function does: its result, or the error that it throws.
 *
 * @param {() => unknown} run
 */
export function outcome(run) {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? `threw ${error.name}` : `threw ${error}`;
  }
}

/**
 * A step of the set-up: one thing that must be on the machine, and how it gets there.
 *
 * Invariant: a step counts as done when its own check says so after the installation, never because
 * the installer exited without an error.
 */

/**
 * @typedef {object} Step
 * @property {string} name what is put in place
 * @property {string} takes how long that may take, in words
 * @property {() => boolean} isReady whether it is in place; quick, and changes nothing
 * @property {() => Promise<void>} install puts it in place; may run again after half a run
 * @property {string} byHand what to do when `install` fails
 */

/** A step that failed; the message tells what to do. */
export class SetupError extends Error {
  /**
   * @param {Step} step
   * @param {string} reason
   */
  constructor(step, reason) {
    super(
      `Setting up ${step.name} failed: ${reason}\n\n  What to do by hand: ${step.byHand}\n\nThen run the same command again.`,
    );
    this.name = "SetupError";
  }
}

/**
 * Takes one step, unless there is nothing to do.
 *
 * @param {Step} step
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} whether anything had to be done
 */
export async function takeStep(step, say) {
  if (step.isReady()) return false;
  say(`setup: ${step.name} (this may take ${step.takes})`);
  const started = performance.now();
  try {
    await step.install();
  } catch (error) {
    throw new SetupError(step, error instanceof Error ? error.message : String(error));
  }
  if (!step.isReady()) throw new SetupError(step, "it was installed and still does not work.");
  say(`setup: ${step.name} is ready after ${Math.round((performance.now() - started) / 1000)} s`);
  return true;
}

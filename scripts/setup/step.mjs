/**
 * A step of the set-up: one thing that must be on the machine, and how to install it. A step is done
 * when its own check succeeds after the installation; the installer's exit code is not enough.
 */

/**
 * @typedef {object} Step
 * @property {string} name the name of the thing that is installed
 * @property {string} takes how long the installation may take, in words
 * @property {() => boolean} isReady whether it is installed; quick, and without side effects
 * @property {() => Promise<void>} install installs it; may be repeated after a failure
 * @property {string} byHand what to do when `install` fails
 */

/** A step that failed. The message says what to do. */
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
 * Installs one thing, unless it is installed already.
 *
 * @param {Step} step
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} whether it had to be installed
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

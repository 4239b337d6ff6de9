/**
 * The two sides of the comparison: the Presence of phoenix.js, and the one under test.
 */

import { Presence as Oracle } from "phoenix";
import * as ours from "phoenix-presence";

export { Oracle };

/** The implementation under test. @type {any} */
export const Ours = ours.Presence;

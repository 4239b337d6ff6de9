/**
 * What must be equal, as functions that throw when it is not.
 *
 * They take the implementation as an argument, so that the same comparison can be turned on
 * implementations that are known to be wrong.
 */

import { assertSameLog } from "../support/check.js";
import { AS_OURS, AS_OURS_FROZEN, AS_PHOENIX_JS } from "./differences.js";
import { play } from "./driver.js";
import { callStatics } from "./statics.js";

/** @typedef {{ Oracle: any, Ours: any }} Pair */

/**
 * @param {Pair} pair
 * @returns {(stream: import("./driver.js").Stream) => void}
 */
export const playsAlike =
  ({ Oracle, Ours }) =>
  (stream) => {
    const ours = play(Ours, stream, stream.frozen ? AS_OURS_FROZEN : AS_OURS);
    assertSameLog(ours, play(Oracle, stream, AS_PHOENIX_JS));
  };

/**
 * @param {Pair} pair
 * @returns {(calls: import("./statics.js").StaticCalls) => void}
 */
export const callsAlike =
  ({ Oracle, Ours }) =>
  (calls) => {
    const ours = callStatics(Ours, calls, calls.frozen ? AS_OURS_FROZEN : AS_OURS);
    assertSameLog(ours, callStatics(Oracle, calls, AS_PHOENIX_JS));
  };

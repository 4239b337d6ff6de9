/** The yardstick of the benches does what phoenix.js does, or its figures would mean nothing. */

import { test } from "node:test";

import { Presence as Yardstick } from "../../benches/yardstick.js";
import { assertSameLog, check } from "../support/check.js";
import { Oracle } from "../support/presences.js";
import { AS_PHOENIX_JS } from "./differences.js";
import { play } from "./driver.js";
import { callStatics, staticCalls } from "./statics.js";
import { serverLikeStream } from "./streams.js";

test("the yardstick follows streams like a server's exactly as phoenix.js does", (t) => {
  check(t, 500, serverLikeStream, (stream) => {
    assertSameLog(play(Yardstick, stream, AS_PHOENIX_JS), play(Oracle, stream, AS_PHOENIX_JS));
  });
});

test("the static functions of the yardstick do exactly what those of phoenix.js do", (t) => {
  check(t, 500, staticCalls, (calls) => {
    assertSameLog(callStatics(Yardstick, calls, AS_PHOENIX_JS), callStatics(Oracle, calls, AS_PHOENIX_JS));
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Oracle, Ours } from "../support/presences.js";
import { CLIENTS, recordEvents, ReplayedClient } from "./replay.js";
import { snapshot } from "../support/snapshot.js";

/**
 * Replays a client into Presences on one channel and calls back on each check.
 *
 * @param {import("node:test").TestContext} t
 * @param {import("./replay.js").Line[]} lines
 * @param {any[]} classes
 * @param {(line: import("./replay.js").Line, presences: any[], events: unknown[][]) => void} onCheck
 */
function replay(t, lines, classes, onCheck) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {any[]} */
  let presences = [];
  /** @type {(() => unknown[])[]} */
  let eventsSince = [];
  let checks = 0;
  const client = new ReplayedClient(
    t.mock.timers,
    (channel) => {
      presences = classes.map((Presence) => new Presence(channel));
      eventsSince = presences.map(recordEvents);
    },
    (line) => {
      checks += 1;
      onCheck(
        line,
        presences,
        eventsSince.map((since) => since()),
      );
    },
  );
  for (const line of lines) client.step(line);
  t.mock.timers.reset();
  return checks;
}

let totalChecks = 0;
for (const [name, Presence] of /** @type {const} */ ([
  ["phoenix.js", Oracle],
  ["phoenix-presence", Ours],
])) {
  describe(`${name} fed the recording of a real Phoenix`, () => {
    for (const [client, lines] of CLIENTS) {
      test(`shows ${client} what was seen then`, (t) => {
        totalChecks += replay(t, lines, [Presence], (line, [presence], [events]) => {
          assert.deepEqual(events, line.events, line.case);
          assert.deepEqual({ ...presence.state }, line.state, line.case);
        });
      });
    }
  });
}

test("every check of the recording was made, for both", () => {
  const recorded = [...CLIENTS.values()].flat().filter(({ dir }) => dir === "check").length;
  assert.ok(recorded > 30);
  assert.equal(totalChecks, 2 * recorded);
});

test("both agree after every recorded message, even where there is no check", (t) => {
  for (const lines of CLIENTS.values()) {
    const checked = lines.flatMap((line) =>
      line.dir === "check" ? [] : line.dir === "in" ? [line, { ...line, dir: /** @type {const} */ ("check") }] : [line],
    );
    const logOf = (/** @type {any} */ Presence) => {
      /** @type {string[]} */
      const log = [];
      replay(t, checked, [Presence], (line, [presence], [events]) => {
        log.push(`${line.frame}: ${snapshot([events, presence?.state, presence?.pendingDiffs, presence?.list()])}`);
      });
      return log;
    };
    assert.deepEqual(logOf(Ours), logOf(Oracle));
  }
});

test("two Presences on one channel see the same, whichever came first", (t) => {
  for (const lines of CLIENTS.values()) {
    replay(t, lines, [Ours, Ours], (line, presences, [first, second]) => {
      assert.deepEqual(first, line.events, line.case);
      assert.deepEqual(second, line.events, line.case);
      for (const { state } of presences) assert.deepEqual({ ...state }, line.state, line.case);
    });
  }
});

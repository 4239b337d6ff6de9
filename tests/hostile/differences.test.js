/**
 * The table of differences in the README, as programs that run on both.
 *
 * Each scenario returns what a user sees. Ours must be what is right; phoenix.js must still show the
 * defect, so that a row that is no longer true is noticed.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CallbackRoom } from "../support/callback-room.js";
import { FakeChannel } from "../support/fake-channel.js";
import { refs, user } from "../support/payloads.js";
import { Oracle, Ours } from "../support/presences.js";
import { Room } from "../support/room.js";
import { deepFreeze, snapshot } from "../support/snapshot.js";
import { outcome } from "./outcome.js";

/**
 * @param {(Presence: any) => unknown} scenario
 * @param {{ ours: unknown, phoenix: unknown }} expected
 */
function compare(scenario, expected) {
  assert.deepEqual(scenario(Ours), expected.ours);
  assert.deepEqual(scenario(Oracle), expected.phoenix, "phoenix.js does better than the README says");
}

describe("inputs", () => {
  test("a second Presence on the channel sees every device that the first sees", () => {
    compare(
      (Presence) => {
        const first = new CallbackRoom(Presence);
        const second = new CallbackRoom(Presence, first.channel);
        first.state({ alice: user("F1") });
        first.presence.state = { alice: user("F1") };
        second.presence.state = {};
        first.state({ alice: user("F1", "F2") });
        return [first.roster, second.roster];
      },
      {
        ours: [[["alice", ["F1", "F2"]]], [["alice", ["F1", "F2"]]]],
        phoenix: [[["alice", ["F1", "F2"]]], [["alice", ["F2"]]]],
      },
    );
  });

  test("a payload is as it was after it was applied", () => {
    compare(
      (Presence) => {
        const payload = { alice: user("F1", "F2") };
        Presence.syncState({ alice: user("F1") }, payload);
        return refs(payload.alice);
      },
      { ours: ["F1", "F2"], phoenix: ["F2"] },
    );
  });

  test("a presence that was handed out stays as it was", () => {
    compare(
      (Presence) => {
        const room = new CallbackRoom(Presence).state({ alice: user("F1", "F2") });
        const [alice] = room.presence.list();
        room.diff({}, { alice: user("F1") });
        return [refs(alice), room.roster];
      },
      { ours: [["F1", "F2"], [["alice", ["F2"]]]], phoenix: [["F2"], [["alice", ["F2"]]]] },
    );
  });

  test("payloads, presences and states may be frozen", () => {
    compare(
      (Presence) =>
        outcome(() => {
          const room = new CallbackRoom(Presence).state(deepFreeze({ alice: user("F1") }));
          room.presence.state = deepFreeze(Object.assign(Object.create(null), room.presence.state));
          room.diff(deepFreeze({ bob: user("F2") }));
          deepFreeze(room.presence.state);
          room.state(deepFreeze({ alice: user("F1", "F3"), bob: user("F2") }));
          deepFreeze(room.presence.state);
          return room.diff({}, deepFreeze({ alice: user("F1"), bob: user("F2") })).roster;
        }),
      { ours: [["alice", ["F3"]]], phoenix: "threw TypeError" },
    );
  });
});

describe("a callback throws", () => {
  const boom = () => {
    throw new RangeError("boom");
  };

  test("the message is applied as a whole, every other callback runs, and the next message too", () => {
    compare(
      (Presence) => {
        const room = new CallbackRoom(Presence).state({ alice: user("F1"), bob: user("F2") });
        room.presence.onError?.(() => {});
        room.log.length = 0;
        room.presence.onLeave((/** @type {string} */ key) => {
          room.log.push(`leave ${key}`);
          if (key === "alice") boom();
        });
        outcome(() => room.diff({ carol: user("F3") }, { alice: user("F1"), bob: user("F2") }));
        const roster = room.roster;
        outcome(() => room.diff({ dave: user("F4") }));
        return { roster, log: room.log.filter((entry) => typeof entry === "string"), after: room.roster };
      },
      {
        ours: {
          roster: [["carol", ["F3"]]],
          log: ["leave alice", "leave bob", "sync", "sync"],
          after: [
            ["carol", ["F3"]],
            ["dave", ["F4"]],
          ],
        },
        phoenix: {
          roster: [
            ["alice", []],
            ["bob", ["F2"]],
            ["carol", ["F3"]],
          ],
          log: ["leave alice", "sync"],
          after: [
            ["alice", []],
            ["bob", ["F2"]],
            ["carol", ["F3"]],
            ["dave", ["F4"]],
          ],
        },
      },
    );
  });

  test("the state is complete before the first callback", () => {
    compare(
      (Presence) => {
        const room = new Room(Presence);
        /** @type {unknown[]} */
        const seen = [];
        room.presence.onJoin(() => seen.push(room.presence.list((/** @type {string} */ key) => key)));
        room.state({ alice: user("F1"), bob: user("F2") });
        return seen;
      },
      {
        ours: [
          ["alice", "bob"],
          ["alice", "bob"],
        ],
        phoenix: [[], []],
      },
    );
  });

  test("diffs that waited are applied once", () => {
    compare(
      (Presence) => {
        const room = new CallbackRoom(Presence);
        room.presence.onError?.(() => {});
        room.diff({ alice: user("F1") });
        room.presence.onJoin(boom);
        outcome(() => room.state({}));
        room.presence.onJoin(() => {});
        // The server's next word: nobody is there.
        return room.state({}).roster;
      },
      { ours: [], phoenix: [["alice", ["F1"]]] },
    );
  });

  test("other listeners of the channel still hear the message", () => {
    compare(
      (Presence) => {
        const room = new CallbackRoom(Presence);
        room.presence.onError?.(() => {});
        room.presence.onSync(boom);
        let heard = 0;
        room.channel.on("presence_state", () => (heard += 1));
        outcome(() => room.state({}));
        return heard;
      },
      { ours: 1, phoenix: 0 },
    );
  });

  test("a static function finishes, and then throws the first error", () => {
    compare(
      (Presence) => {
        const state = Object.assign(Object.create(null), { alice: user("F1") });
        let calls = 0;
        const error = outcome(() =>
          Presence.syncDiff(
            state,
            { joins: { bob: user("F2"), carol: user("F3") }, leaves: { alice: user("F1") } },
            () => {
              calls += 1;
              if (calls === 1) boom();
              throw new EvalError("later");
            },
            () => (calls += 1),
          ),
        );
        return [error, calls, Object.keys(state)];
      },
      { ours: ["threw RangeError", 3, ["bob", "carol"]], phoenix: ["threw RangeError", 1, ["alice", "bob"]] },
    );
  });
});

describe("a callback causes a message", () => {
  test("it is neither lost nor does it overwrite the one in progress", () => {
    compare(
      (Presence) => {
        const room = new CallbackRoom(Presence).state({});
        room.presence.onJoin((/** @type {string} */ key) => {
          room.log.push(`join ${key}`);
          if (key === "alice") room.state({ alice: user("F1"), bob: user("F2"), carol: user("F3") });
        });
        room.log.length = 0;
        room.diff({ alice: user("F1"), bob: user("F2") });
        return [room.log, room.roster.map(([key]) => key)];
      },
      {
        ours: [
          ["join alice", "join bob", "sync", "join carol", "sync"],
          ["alice", "bob", "carol"],
        ],
        phoenix: [
          ["join alice", "join bob", "join carol", "sync", "join bob", "sync"],
          ["alice", "bob"],
        ],
      },
    );
  });
});

describe("diffs from before a reconnect", () => {
  test("do not bring back who has gone meanwhile", () => {
    compare(
      (Presence) =>
        new CallbackRoom(Presence)
          .diff({ ghost: user("F1") })
          .rejoin("2")
          .state({ alice: user("F2") }).roster,
      {
        ours: [["alice", ["F2"]]],
        phoenix: [
          ["alice", ["F2"]],
          ["ghost", ["F1"]],
        ],
      },
    );
  });

  test("those of the current join are applied", () => {
    compare(
      (Presence) =>
        new CallbackRoom(Presence)
          .state({ alice: user("F1") })
          .rejoin("2")
          .diff({ ghost: user("F2") })
          .rejoin("3")
          .diff({ bob: user("F3") })
          .state({ alice: user("F1") }).roster,
      {
        ours: [
          ["alice", ["F1"]],
          ["bob", ["F3"]],
        ],
        phoenix: [
          ["alice", ["F1"]],
          ["ghost", ["F2"]],
          ["bob", ["F3"]],
        ],
      },
    );
  });
});

describe("malformed entries", () => {
  test("are skipped in a diff, and the rest is applied", () => {
    compare(
      (Presence) => {
        const room = new CallbackRoom(Presence).state({});
        room.presence.onError?.(() => {});
        room.log.length = 0;
        outcome(() => room.diff({ bad: {}, alice: user("F1") }));
        return [room.log, room.roster];
      },
      {
        ours: [[["join", "alice", undefined, ["F1"]], "sync"], [["alice", ["F1"]]]],
        phoenix: [
          [["join", "bad", undefined, undefined], ["join", "alice", undefined, ["F1"]], "sync"],
          [
            ["bad", undefined],
            ["alice", ["F1"]],
          ],
        ],
      },
    );
  });

  test("do not break the messages after them", () => {
    compare(
      (Presence) => {
        const room = new CallbackRoom(Presence);
        room.presence.onError?.(() => {});
        outcome(() => room.state({ bad: {}, alice: user("F1") }));
        outcome(() => room.diff({ bad: user("F2"), bob: user("F3") }));
        return room.roster.filter(([key]) => key !== "bad");
      },
      {
        ours: [
          ["alice", ["F1"]],
          ["bob", ["F3"]],
        ],
        phoenix: [["alice", ["F1"]]],
      },
    );
  });

  test("a diff without one of its sides counts as empty there", () => {
    compare(
      (Presence) =>
        outcome(() => {
          const room = new CallbackRoom(Presence).state({ alice: user("F1") });
          FakeChannel.deliver(room.channel, "presence_diff", { joins: { bob: user("F2") } });
          FakeChannel.deliver(room.channel, "presence_diff", { leaves: { alice: user("F1") } });
          return room.roster;
        }),
      { ours: [["bob", ["F2"]]], phoenix: "threw TypeError" },
    );
  });

  test("a payload that is no object changes nothing", () => {
    compare(
      (Presence) =>
        outcome(() => {
          const room = new CallbackRoom(Presence).state({ alice: user("F1") });
          room.presence.onError?.(() => {});
          FakeChannel.deliver(room.channel, "presence_diff", null);
          FakeChannel.deliver(room.channel, "presence_state", null);
          return [room.roster, room.presence.joinRef];
        }),
      { ours: [[["alice", ["F1"]]], "1"], phoenix: "threw TypeError" },
    );
  });
});

describe("many metas under one key", () => {
  const many = (/** @type {number} */ count, first = 0) =>
    user(...Array.from({ length: count }, (_, n) => `F${first + n}`));
  // user() spreads its arguments, which is what fails in phoenix.js: not beyond 100,000 here.
  const hundredThousand = () => ({ metas: [...many(65_000).metas, ...many(65_000, 65_000).metas] });

  test("130,000 can be joined by one more", () => {
    compare(
      (Presence) =>
        outcome(() => {
          const state = Object.assign(Object.create(null), { alice: hundredThousand() });
          return Presence.syncDiff(state, { joins: { alice: user("G") }, leaves: {} }).alice.metas.length;
        }),
      { ours: 130_001, phoenix: "threw RangeError" },
    );
  });

  test("a meta may be 10,000 levels deep", () => {
    compare(
      (Presence) =>
        outcome(() => {
          let deep = {};
          for (let level = 0; level < 10_000; level++) deep = { deep };
          const room = new CallbackRoom(Presence).state({ alice: { metas: [{ phx_ref: "F1", deep }] } });
          room.diff({ alice: user("F2") });
          return room.state({ alice: user("F1", "F2"), bob: user("F3") }).roster;
        }),
      {
        ours: [
          ["alice", ["F1", "F2"]],
          ["bob", ["F3"]],
        ],
        phoenix: "threw RangeError",
      },
    );
  });

  test("the work grows with their number, and not with its square", () => {
    // Each meta counts how often its ref is read.
    const work = (/** @type {any} */ Presence, /** @type {number} */ count) => {
      let reads = 0;
      const counting = (/** @type {number} */ first) => ({
        metas: Array.from({ length: count }, (_, n) => ({
          get phx_ref() {
            reads += 1;
            return `F${first + n}`;
          },
        })),
      });
      Presence.syncState(
        Presence.syncDiff(
          { alice: counting(0) },
          { joins: { alice: counting(count / 2) }, leaves: { alice: counting(0) } },
        ),
        { alice: counting(count) },
      );
      return reads;
    };
    const [small, large] = [work(Ours, 1_000), work(Ours, 4_000)];
    assert.ok(small > 1_000, `${small} reads`);
    assert.ok(large <= 4.2 * small, `${small} reads for 1,000 metas, ${large} for 4,000`);
  });
});

describe("a second presence_state", () => {
  test("that says the same leaves every presence the object it was", () => {
    compare(
      (Presence) => {
        const payload = () => ({ alice: user("F1", "F2"), bob: user("F3") });
        const room = new CallbackRoom(Presence).state(payload());
        const before = room.presence.list();
        room.log.length = 0;
        room.state(payload());
        return [
          room.presence.list().map((/** @type {object} */ each, /** @type {number} */ at) => each === before[at]),
          room.log,
        ];
      },
      { ours: [[true, true], ["sync"]], phoenix: [[false, false], ["sync"]] },
    );
  });

  test("touches only what changed", () => {
    compare(
      (Presence) => {
        const room = new CallbackRoom(Presence).state({ alice: user("F1"), bob: user("F2") });
        const { alice, bob } = room.presence.state;
        room.state({ alice: user("F1"), bob: user("F2", "F3") });
        const after = room.presence.state;
        return [after.alice === alice, after.bob === bob, after.bob.metas[0] === bob.metas[0], snapshot(after.bob)];
      },
      {
        ours: [true, false, true, '{"metas":[{"phx_ref":"F2"},{"phx_ref":"F3"}]}'],
        phoenix: [false, false, false, '{"metas":[{"phx_ref":"F2"},{"phx_ref":"F3"}]}'],
      },
    );
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeChannel } from "../support/fake-channel.js";
import { Oracle, Ours } from "../support/presences.js";
import { snapshot } from "../support/snapshot.js";

/** @param {(Presence: any) => unknown} program */
function assertSame(program) {
  assert.equal(snapshot(program(Ours)), snapshot(program(Oracle)));
}

const STATE =
  '{"alice":{"metas":[{"phx_ref":"F1"}]},"7":{"metas":[{"phx_ref":"F2","device":"web"}],"user":{"name":"Seven"}}}';
const DIFF = '{"joins":{"bob":{"metas":[{"phx_ref":"F3"}]}},"leaves":{"alice":{"metas":[{"phx_ref":"F1"}]}}}';

/** @param {any} Presence @param {unknown[]} options */
function synced(Presence, ...options) {
  const channel = new FakeChannel("1");
  const presence = new Presence(channel, ...options);
  FakeChannel.deliver(channel, "presence_state", JSON.parse(STATE));
  return { channel, presence };
}

test("it is a class of the same name, and must be called with new", () => {
  // Bundled, both are called _Presence.
  assert.match(Ours.name, /^_?Presence$/);
  assertSame((Presence) => [typeof Presence, Presence.length, Object.keys(Presence)]);
  assert.throws(() => Ours(new FakeChannel("1")), TypeError);
});

test("it has every method and static function that phoenix.js has", () => {
  for (const [ours, theirs] of [
    [Ours, Oracle],
    [Ours.prototype, Oracle.prototype],
  ]) {
    for (const name of Object.getOwnPropertyNames(theirs)) {
      assert.equal(typeof ours[name], typeof theirs[name], name);
    }
  }
});

test("its fields are plain own fields that can be read and written", () => {
  assertSame((Presence) =>
    Object.entries(Object.getOwnPropertyDescriptors(synced(Presence).presence)).map(([name, d]) => [
      name,
      d.enumerable,
      d.writable,
    ]),
  );
});

test("a subclass can add to it and override it", () => {
  assertSame((Presence) => {
    class Room extends Presence {
      constructor(/** @type {unknown} */ channel) {
        super(channel);
        this.name = "lobby";
      }

      list(/** @type {unknown} */ by) {
        return ["first", ...super.list(by)];
      }

      onSync(/** @type {() => void} */ callback) {
        super.onSync(() => callback());
      }

      get names() {
        return super.list((/** @type {string} */ key) => key);
      }
    }
    const { presence, channel } = synced(Room);
    let syncs = 0;
    presence.onSync(() => (syncs += 1));
    FakeChannel.deliver(channel, "presence_diff", JSON.parse(DIFF));
    return [
      presence,
      presence.list(),
      presence.names,
      syncs,
      presence instanceof Room,
      presence instanceof Presence,
      Room.list(presence.state),
    ];
  });
});

test("callbacks may be given by assigning to caller", () => {
  assertSame((Presence) => {
    const { presence, channel } = synced(Presence);
    /** @type {unknown[]} */
    const calls = [];
    presence.caller = {
      onJoin: (/** @type {unknown[]} */ ...args) => calls.push(args),
      onLeave: (/** @type {unknown[]} */ ...args) => calls.push(args),
      onSync: (/** @type {unknown[]} */ ...args) => calls.push(args),
    };
    FakeChannel.deliver(channel, "presence_diff", JSON.parse(DIFF));
    return calls;
  });
});

test("it works through a proxy, as reactive frameworks hand it out", () => {
  assertSame((Presence) => {
    const channel = new FakeChannel("1");
    const presence = new Proxy(new Presence(channel), {});
    /** @type {unknown[]} */
    const calls = [];
    presence.onJoin((/** @type {unknown[]} */ ...args) => calls.push(args));
    presence.onSync(() => calls.push(presence.list()));
    FakeChannel.deliver(channel, "presence_state", JSON.parse(STATE));
    return [calls, presence.state, presence.inPendingSyncState()];
  });
});

test("callbacks that nobody has set can be called", () => {
  assertSame((Presence) =>
    Object.values(synced(Presence).presence.caller).map((callback) => callback("alice", {}, {})),
  );
});

test("giving only one event name leaves the other at its default", () => {
  // phoenix.js would listen to an event called undefined.
  for (const [events, expected] of [
    [{ state: "who" }, ["who", "presence_diff"]],
    [{ diff: "change" }, ["presence_state", "change"]],
  ]) {
    const channel = new FakeChannel("1");
    new Ours(channel, { events });
    assert.deepEqual(
      FakeChannel.bindings(channel).map(({ event }) => event),
      expected,
    );
  }
});

test("the metas of the state are the very objects that were received", () => {
  const channel = new FakeChannel("1");
  const presence = new Ours(channel);
  const state = JSON.parse(STATE);
  FakeChannel.deliver(channel, "presence_state", state);
  assert.equal(presence.state.alice.metas[0], state.alice.metas[0]);
  assert.equal(presence.list()[0].metas[0], state[7].metas[0]);
  assert.equal(presence.list()[0].user, state[7].user);
});

test("map sees every own name, as Object.getOwnPropertyNames does", () => {
  assertSame((Presence) => {
    const hidden = Object.defineProperty({ shown: 1 }, "hidden", { value: 2, enumerable: false });
    return [hidden, ["a", "b"], Object.create({ inherited: 1 }), "text"].map((value) =>
      Presence.map(value, (/** @type {unknown[]} */ ...args) => args),
    );
  });
});

test("clone is what JSON makes of a value", () => {
  assertSame((Presence) =>
    [
      { a: undefined, b: () => {}, c: NaN, d: new Date(0), e: [undefined], f: -0 },
      [1, { x: null }],
      "text",
      1,
      null,
    ].map((value) => Presence.clone(value)),
  );
  assert.throws(() => Ours.clone(undefined), SyntaxError);
});

test("toNullProtoObj copies own names only, and not from an object that has no prototype", () => {
  assertSame((Presence) => {
    const bare = Object.create(null);
    const made = Presence.toNullProtoObj(Object.assign(Object.create({ inherited: 1 }), { own: 2, [Symbol("s")]: 3 }));
    return [made, Object.getOwnPropertySymbols(made).length, Presence.toNullProtoObj(bare) === bare];
  });
});

test("a presence may be listed from a state with a prototype, and from an empty one", () => {
  assertSame((Presence) => [
    Presence.list(JSON.parse(STATE)),
    Presence.list({}),
    Presence.list({}, () => 1),
    Presence.list(Object.create(null)),
  ]);
});

test("a key that every object inherits is a user like any other", () => {
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", ""];
  const state = `{${names.map((name) => `${JSON.stringify(name)}:{"metas":[{"phx_ref":"F1"}]}`).join(",")}}`;
  assertSame((Presence) => {
    /** @type {unknown[]} */
    const joined = [];
    const result = Presence.syncState({}, JSON.parse(state), (/** @type {unknown[]} */ ...args) => joined.push(args));
    return [result, joined, Presence.list(result, (/** @type {string} */ key) => key)];
  });
});

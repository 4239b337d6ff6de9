/**
 * Any JSON as payload, and callbacks that throw at random.
 *
 * The oracles are ours and phoenix.js, given the same stream without its malformed parts, and with
 * callbacks that return: nothing else may differ, and nothing may be thrown out of a message handler.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { diffText, pool, stateText } from "../parity/arbitraries.js";
import { AS_PHOENIX_JS } from "../parity/differences.js";
import { check } from "../support/check.js";
import { FakeChannel } from "../support/fake-channel.js";
import { Oracle, Ours } from "../support/presences.js";
import { snapshot } from "../support/snapshot.js";
import { wellFormedDiff, wellFormedState } from "./wellformed.js";

/** @typedef {{ event: "state" | "diff", text: string } | { event: "rejoin", joinRef: string }} Message */

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value));

/** A value that takes the place of another, somewhere in a payload that was good. */
const replacement = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "0",
    '""',
    "[]",
    "{}",
    '{"metas":null}',
    '{"metas":{}}',
    '{"metas":[null]}',
    '{"metas":[[]]}',
    '{"metas":[]}',
  ),
  json,
);

/** The paths to all values inside a JSON value. @param {any} value @param {string[]} [path] @returns {string[][]} */
function paths(value, path = []) {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.keys(value).flatMap((key) => paths(value[key], [...path, key]))];
}

/**
 * @param {string} text
 * @param {{ at: number, by: string | null }[]} mutations each replaces one value, or removes it
 */
function mutated(text, mutations) {
  let value = JSON.parse(text);
  for (const { at, by } of mutations) {
    const all = paths(value);
    const path = all[at % all.length];
    const key = path.at(-1);
    if (key === undefined) {
      value = JSON.parse(by ?? "null");
      continue;
    }
    const parent = path.slice(0, -1).reduce((inner, step) => inner[step], value);
    if (by === null && !Array.isArray(parent)) delete parent[key];
    else
      Object.defineProperty(parent, key, {
        value: JSON.parse(by ?? "null"),
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return JSON.stringify(value);
}

const mutations = fc.array(fc.record({ at: fc.nat(), by: fc.option(replacement, { freq: 4 }) }), { maxLength: 3 });

const message = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.boolean(), stateText, diffText, mutations)
      .map(([isState, state, diff, mutations]) => (/** @type {any} */ pool) => ({
        event: isState ? "state" : "diff",
        text: mutated((isState ? state : diff)(pool), mutations),
      })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom("state", "diff"), json).map(([event, text]) => () => ({ event, text })),
  },
  { weight: 1, arbitrary: fc.constant(() => ({ event: "rejoin" })) },
);

/** @type {fc.Arbitrary<Message[]>} */
const stream = fc
  .record({ pool, messages: fc.array(message, { minLength: 1, maxLength: 12, size: "max" }) })
  .map(({ pool, messages }) => {
    let joins = 1;
    return messages.map((make) => {
      const made = /** @type {any} */ (make(pool));
      return made.event === "rejoin" ? { ...made, joinRef: String(++joins) } : made;
    });
  });

/**
 * Plays a stream and notes what the callbacks were told, and the state after each message.
 *
 * @param {any} Presence
 * @param {Message[]} messages
 * @param {{ clean?: boolean, throws?: (call: number) => boolean }} [options]
 */
function play(Presence, messages, { clean = false, throws = () => false } = {}) {
  const channel = new FakeChannel("1");
  const presence = new Presence(channel);
  /** @type {string[]} */
  const log = [];
  /** @type {any[]} */
  const errors = [];
  /** @type {unknown[]} */
  let waiting = [];
  let calls = 0;
  const told =
    (/** @type {string} */ slot) =>
    (/** @type {unknown[]} */ ...args) => {
      log.push(`${slot} ${snapshot(args)}`);
      if (throws(calls++)) throw new Error("at random");
    };
  presence.onJoin(told("onJoin"));
  presence.onLeave(told("onLeave"));
  presence.onSync(told("onSync"));
  presence.onError?.((/** @type {any} */ error) => errors.push(error));
  for (const message of messages) {
    if (message.event === "rejoin") {
      FakeChannel.rejoin(channel, message.joinRef);
      continue;
    }
    const parsed = JSON.parse(message.text);
    const payload = !clean ? parsed : message.event === "state" ? wellFormedState(parsed) : wellFormedDiff(parsed);
    if (clean && payload === null) continue;
    if (Presence === Oracle && message.event === "state") {
      const stale = waiting.map((joinRef) => joinRef !== channel.joinRef());
      AS_PHOENIX_JS.beforeState(presence, stale);
    }
    if (message.event === "state") waiting = [];
    else if (presence.inPendingSyncState()) waiting.push(channel.joinRef());
    FakeChannel.deliver(channel, `presence_${message.event}`, payload);
    log.push(`state ${snapshot(presence.state)}`);
  }
  return { log, state: snapshot(presence.state), errors };
}

/** Whether no ref is an object, which is what phoenix.js mistakes (see parity/differences.js). @param {Message[]} messages */
const isComparable = (messages) =>
  !messages.some((message) => message.event !== "rejoin" && /"phx_ref":[[{]/.test(message.text));

/** The log without what cannot be compared: a message of which nothing is left is never seen by one side. */
const told = (/** @type {string[]} */ log) => log.filter((line) => !line.startsWith("state "));

test("any JSON as payload: nothing is thrown, and the effect is that of its well-formed part", (t) => {
  let malformed = 0;
  check(t, 1500, stream, (messages) => {
    const ours = play(Ours, messages);
    for (const Presence of isComparable(messages) ? [Ours, Oracle] : [Ours]) {
      const oracle = play(Presence, messages, { clean: true });
      assert.deepEqual(told(ours.log), told(oracle.log));
      assert.equal(ours.state, oracle.state);
    }
    malformed += ours.errors.length;
    for (const error of ours.errors) assert.ok(error instanceof TypeError && /expected/.test(error.message));
  });
  t.diagnostic(`${malformed} malformed parts were reported`);
  assert.ok(malformed > 500);
});

test("any JSON given to the statics: nothing is thrown, and the effect is that of its well-formed part", (t) => {
  t.mock.method(console, "warn", () => {});
  check(t, 1000, stream.filter(isComparable), (messages) => {
    let ours = {};
    let oracle = {};
    for (const message of messages) {
      if (message.event === "rejoin") continue;
      const parsed = JSON.parse(message.text);
      const before = JSON.stringify(parsed);
      if (message.event === "state") {
        ours = Ours.syncState(ours, parsed);
        oracle = Oracle.syncState(oracle, wellFormedState(JSON.parse(message.text)) ?? oracle);
      } else {
        ours = Ours.syncDiff(ours, parsed);
        oracle = Oracle.syncDiff(oracle, wellFormedDiff(JSON.parse(message.text)) ?? { joins: {}, leaves: {} });
      }
      assert.equal(snapshot(ours), snapshot(oracle));
      assert.equal(JSON.stringify(parsed), before);
    }
  });
});

test("callbacks that throw at random: all others are called as if they had not, and the state is the same", (t) => {
  let thrown = 0;
  check(t, 1000, fc.tuple(stream, fc.infiniteStream(fc.boolean())), ([messages, coins]) => {
    const throwing = play(Ours, messages, { throws: () => coins.next().value });
    const quiet = play(Ours, messages);
    assert.deepEqual(throwing.log, quiet.log);
    assert.equal(throwing.state, quiet.state);
    const boom = throwing.errors.filter(({ message }) => message === "at random").length;
    assert.equal(throwing.errors.length - boom, quiet.errors.length);
    thrown += boom;
  });
  t.diagnostic(`${thrown} callbacks threw`);
  assert.ok(thrown > 500);
});

/** The page's devices: how it reads them from metadata, and their order. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { guessDevice } from "../../www/chat/device.js";
import { People } from "../../www/chat/people.js";

/** @param {string} key @param {string[]} refs @param {[string, string][]} [updated] */
const change = (key, refs, updated = []) => ({
  key,
  presence: refs.length === 0 ? undefined : { metas: refs.map((phx_ref) => ({ phx_ref })) },
  updated: updated.map(([previous, current]) => ({ previous: { phx_ref: previous }, current: { phx_ref: current } })),
});

/** @param {import("../../www/chat/people.js").Device[]} devices */
const refs = (devices) => devices.map(({ ref }) => ref);

test("a device keeps its place when it is updated, and new ones come last", () => {
  const people = new People();
  assert.deepEqual(refs(people.apply(change("ada", ["a", "b"]))), ["a", "b"]);
  assert.deepEqual(refs(people.apply(change("ada", ["b", "c", "d"], [["a", "d"]]))), ["d", "b", "c"]);
  assert.deepEqual(refs(people.apply(change("ada", ["d", "c", "e"], [["b", "e"]]))), ["d", "e", "c"]);
});

test("the devices of a user who returns start a new order", () => {
  const people = new People();
  people.apply(change("__proto__", ["a", "b"]));
  assert.deepEqual(people.apply(change("__proto__", [])), []);
  assert.deepEqual(refs(people.apply(change("__proto__", ["b", "a"]))), ["b", "a"]);
});

for (const [name, agent] of [
  [
    "Chrome on Linux",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  ],
  [
    "Edge on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
  ],
  [
    "Safari on iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  ],
  ["Firefox on Android", "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"],
  [
    "Safari on Mac",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
  ],
  ["Browser on some device", "curl/8"],
]) {
  test(`a device is called ${name}`, () => assert.equal(guessDevice(agent), name));
}

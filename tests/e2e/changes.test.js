/** How the page reads a change from the metadata before and after it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { guessDevice, readDevice } from "../../www/device.js";
import { compare, People } from "../../www/people.js";

/** @param {string} phx_ref @param {object} [more] */
const device = (phx_ref, more = {}) => readDevice({ phx_ref, ...more });

/** @param {import("../../www/people.js").Change[]} changes */
const types = (changes) => changes.map(({ type }) => type);

test("a first device is a person who entered, a last one a person who left", () => {
  assert.deepEqual(types(compare("ada", [], [device("a")])), ["entered"]);
  assert.deepEqual(types(compare("ada", [device("a")], [])), ["left"]);
  assert.deepEqual(compare("ada", [], []), []);
});

test("the same refs are no change", () => {
  assert.deepEqual(compare("ada", [device("a"), device("b")], [device("b"), device("a")]), []);
});

test("a new ref that names the one it replaced is an update", () => {
  const before = [device("a", { status: "online" }), device("b")];
  const now = [device("b"), device("c", { status: "away", phx_ref_prev: "a" })];
  const [change, ...more] = compare("ada", before, now);
  assert.deepEqual(more, []);
  assert.ok(change.type === "updated");
  assert.deepEqual([change.before.status, change.device.status, change.several], ["online", "away", true]);
});

test("a new ref that replaced one never seen is a device more", () => {
  const now = [device("b"), device("c", { phx_ref_prev: "a" })];
  assert.deepEqual(types(compare("ada", [device("b")], now)), ["opened"]);
});

test("a restart, where every ref is new, is not somebody who left", () => {
  assert.deepEqual(types(compare("ada", [device("a")], [device("b")])), ["opened", "closed"]);
});

test("people are counted, and so are their devices", () => {
  const people = new People();
  const state = Object.assign(Object.create(null), {
    ada: { metas: [{ phx_ref: "a" }, { phx_ref: "b" }] },
  });
  state["__proto__"] = { metas: [{ phx_ref: "c" }] };
  people.take(state, ["ada", "__proto__"]);
  assert.deepEqual([people.size, people.deviceCount], [2, 3]);
  delete state.ada;
  assert.deepEqual(types(people.take(state, ["ada"])), ["left"]);
  assert.deepEqual([people.size, people.deviceCount], [1, 1]);
});

test("a device keeps its place when it is updated, and new ones come last", () => {
  const people = new People();
  people.take({ ada: { metas: [{ phx_ref: "a" }, { phx_ref: "b" }] } }, ["ada"]);
  people.take({ ada: { metas: [{ phx_ref: "b" }, { phx_ref: "c" }, { phx_ref: "d", phx_ref_prev: "a" }] } }, ["ada"]);
  assert.deepEqual(
    people.devices("ada").map(({ ref }) => ref),
    ["d", "b", "c"],
  );
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

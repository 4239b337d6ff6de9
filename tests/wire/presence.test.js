/**
 * phoenix.js's Presence and ours, on the same channels of a real server: equal after every message.
 */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test as nodeTest } from "node:test";

import { startServer } from "../support/server.js";
import { Member } from "./member.js";

/** @type {import("../support/server.js").RunningServer} */
let server;
/** @type {Member[]} */
let members = [];
/** Each test has rooms of its own. */
let rooms = 0;

/** A test that fails if a message does not arrive in time. @param {string} name @param {() => Promise<void>} body */
const test = (name, body) => nodeTest(name, { timeout: 30_000 }, body);

before(async () => {
  server = await startServer();
});
after(() => server.stop());
beforeEach(() => {
  rooms += 1;
});
afterEach(async () => {
  const compared = members.reduce((sum, member) => sum + member.compared, 0);
  await Promise.all(members.map((member) => member.disconnect()));
  members = [];
  assert.notEqual(compared, 0, "nothing was compared");
});

/** @param {string} userId @param {object} [payload] @param {string} [kind] */
function newMember(userId, payload = {}, kind = "room") {
  const member = new Member(server, userId, { topic: `${kind}:${rooms}`, payload });
  members.push(member);
  return member;
}

/** @param {string} userId @param {object} [payload] */
const join = (userId, payload) => newMember(userId, payload).join();

/** @param {Record<string, { metas: object[] }>} state @param {string} key */
const devices = (state, key) => state[key]?.metas.length ?? 0;

test("a member sees itself join twice: in the state, and in the diff that waited for it", async () => {
  const alice = await join("alice", { status: "online" });
  assert.deepEqual(alice.room, { alice: 1 });
  const calls = alice.calls.map((call) => call.split(" ")[0]);
  assert.deepEqual(calls, ["join", "join", "sync"]);
});

test("a second member sees the first, and is seen", async () => {
  const alice = await join("alice");
  const bob = await join("bob");
  await alice.until((state) => "bob" in state);
  assert.deepEqual(alice.room, { alice: 1, bob: 1 });
  assert.deepEqual(bob.room, { alice: 1, bob: 1 });
});

test("a second tab is a second meta, and closing one leaves the other", async () => {
  const watcher = await join("watcher");
  const first = await join("alice", { device: "web" });
  const second = await join("alice", { device: "phone" });
  await watcher.until((state) => devices(state, "alice") === 2);
  await first.disconnect();
  await watcher.until((state) => devices(state, "alice") === 1);
  assert.equal(watcher.ours.state.alice.metas[0].device, "phone");
  await second.checkAgainstServer();
});

test("an update replaces a meta and names its ref", async () => {
  const alice = await join("alice", { status: "online" });
  const bob = await join("bob");
  const before = bob.ours.state.alice.metas[0].phx_ref;
  for (const status of ["away", "busy", "typing"]) await alice.push("update", { status });
  await bob.until((state) => state.alice?.metas[0].status === "typing");
  assert.notEqual(bob.ours.state.alice.metas[0].phx_ref, before);
  assert.ok(bob.ours.state.alice.metas[0].phx_ref_prev);
});

test("other members see an updated meta move behind the user's other meta", async () => {
  const watcher = await join("watcher");
  const web = await join("alice", { device: "web" });
  await join("alice", { device: "phone" });
  await web.push("update", { status: "away" });
  await watcher.until((state) => state.alice?.metas.some((meta) => meta.status === "away"));
  const order = watcher.ours.state.alice.metas.map((/** @type {any} */ meta) => meta.device);
  assert.deepEqual(order, ["phone", "web"]);
});

test("a member who untracks disappears, still sees the others, and can track again", async () => {
  const alice = await join("alice");
  const bob = await join("bob");
  await bob.push("untrack");
  await alice.until((state) => !("bob" in state));
  await join("carol");
  await bob.until((state) => "carol" in state);
  await bob.push("track", { status: "back" });
  await alice.until((state) => state.bob?.metas[0].status === "back");
});

test("one channel may have many keys, hostile ones too, and they all leave with it", async () => {
  const alice = await join("alice");
  const bob = await join("bob");
  for (const key of ["__proto__", "constructor", "", "7", "toString", "-1", "4294967294", "4294967295"]) {
    await bob.push("track", { key });
  }
  await alice.until((state) => Object.keys(state).length === 10);
  assert.deepEqual(Object.keys(alice.ours.state).slice(0, 2), ["7", "4294967294"], "integer keys come first");
  await bob.leave();
  await alice.until((state) => Object.keys(state).length === 1);
});

test("fields that the server adds beside the metas arrive", async () => {
  const first = await newMember("r1", {}, "rich").join();
  const second = await newMember("r2", {}, "rich").join();
  await second.push("update", { x: 1 });
  await first.until((state) => state.r2?.metas[0].x === 1);
  assert.deepEqual(first.ours.state.r2.user, { name: "Name of r2" });
});

test("a watcher sees and is not seen", async () => {
  const alice = await join("alice");
  const watcher = await join("watcher", { track: false });
  assert.deepEqual(watcher.room, { alice: 1 });
  await alice.checkAgainstServer();
});

test("diffs before the state wait for it", async () => {
  const late = newMember("late", { delay_ms: 60_000 });
  await new Promise((resolve) => late.channel.join().receive("ok", resolve));
  const alice = await join("alice");
  await alice.push("update", { status: "away" });
  await late.until(() => late.ours.pendingDiffs.length === 2);
  assert.deepEqual(late.room, {});
  assert.deepEqual(late.calls, []);
  const synced = late.nextState();
  // Long before the delay is over.
  await late.push("state");
  await synced;
  assert.deepEqual(late.room, { alice: 1 });
  assert.equal(late.ours.pendingDiffs.length, 0);
});

test("after a crash of the channel the member is back with a new ref", async () => {
  const alice = await join("alice");
  const bob = await join("bob");
  await alice.until((state) => "bob" in state);
  const ref = alice.ours.state.bob.metas[0].phx_ref;
  await bob.crash();
  await alice.until((state) => "bob" in state && state.bob.metas[0].phx_ref !== ref);
  await bob.checkAgainstServer();
});

test("a member who lost the connection sees the current room after it", async () => {
  const alice = await join("alice");
  const bob = await join("bob");
  const carol = await join("carol");
  await bob.until((state) => "carol" in state);
  const back = bob.drop();
  await alice.push("update", { status: "away" });
  await carol.leave();
  const dave = await join("dave");
  await back;
  await bob.until((state) => !("carol" in state) && "dave" in state && state.alice.metas[0].status === "away");
  await alice.until((state) => devices(state, "bob") === 1 && !("carol" in state));
  await dave.until((state) => "bob" in state);
  for (const member of [alice, bob, dave]) await member.checkAgainstServer();
});

for (const [how, restart] of /** @type {const} */ ([
  ["stopped with 1012", () => server.restart()],
  ["killed", () => server.kill().then(() => server.restart())],
])) {
  test(`after the server was ${how} and is back, everyone is back, with new refs`, async () => {
    const names = ["alice", "bob", "carol"];
    /** @type {Member[]} */
    const everyone = [];
    for (const name of names) everyone.push(await join(name));
    for (const member of everyone) await member.until((state) => names.every((name) => name in state));
    const refs = new Set(names.map((name) => everyone[0].ours.state[name].metas[0].phx_ref));
    await Promise.all([...everyone.map((member) => member.nextState()), restart()]);
    for (const member of everyone) {
      await member.until((state) => names.every((name) => devices(state, name) === 1));
      for (const name of names) assert.ok(!refs.has(member.ours.state[name].metas[0].phx_ref));
      await member.checkAgainstServer();
    }
  });
}

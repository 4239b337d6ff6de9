/**
 * `Presence<M>` of the crate and the Presence of this package report the same changes, in the same order, for the same
 * random frames: diffs before their state and before the answer to the join, crashes and lost lines.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";
import WebSocket, { WebSocketServer } from "ws";

import { randomFrom } from "./random.js";

const TOPIC = "room:1";
const JOINS = 4;
const RUNS = 40;

/** @typedef {(limit: number) => number} Random */

/** @param {Random} random */
function user(random, key = "") {
  const metas = [];
  for (let at = 0; at < 4; at++) {
    if (random(2)) continue;
    const prev = random(3) ? {} : { phx_ref_prev: `${key}${random(4)}` };
    metas.push({ phx_ref: `${key}${at}`, n: random(2), ...prev });
  }
  // Every twentieth is malformed.
  return random(20) ? { metas, ...(random(4) ? {} : { name: random(2) }) } : { metas: 7 };
}

/** @param {Random} random */
function users(random) {
  /** @type {Record<string, unknown>} */
  const found = {};
  for (const key of ["b", "a", "10", "9"]) if (random(2)) found[key] = user(random, key);
  return found;
}

/**
 * A server that answers each join with random frames, the same for each client, and ends it with a crash or a cut
 * line; the last one with `done`.
 *
 * @param {number} seed
 * @param {(endpoint: string) => Promise<any[]>} play
 */
async function scripted(seed, play) {
  const server = new WebSocketServer({ port: 0 });
  await once(server, "listening");
  const random = randomFrom(seed);
  let joins = 0;
  server.on("connection", (client) => {
    client.on("message", (text) => {
      const [joinRef, ref, topic, event] = JSON.parse(String(text));
      if (event !== "phx_join") return;
      joins += 1;
      /** @param {string | null} joinRef @param {string | null} ref @param {string} event @param {unknown} payload */
      const send = (joinRef, ref, event, payload) => client.send(JSON.stringify([joinRef, ref, topic, event, payload]));
      const diffs = (limit = 4) => {
        for (let left = random(limit); left > 0; left--) {
          send(null, null, "presence_diff", { joins: users(random), leaves: users(random) });
        }
      };
      diffs(2);
      send(joinRef, ref, "phx_reply", { status: "ok", response: {} });
      diffs();
      send(joinRef, null, "presence_state", users(random));
      diffs();
      if (random(4) === 0) send(joinRef, null, "presence_state", users(random));
      diffs();
      if (joins === JOINS) send(null, null, "done", {});
      else if (random(2)) send(joinRef, joinRef, "phx_error", { reason: "channel_crash" });
      else client.close(1012);
    });
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const lines = await play(`ws://127.0.0.1:${port}/socket`);
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
  return lines;
}

/** @param {string} endpoint */
async function throughRust(endpoint) {
  const program = fileURLToPath(new URL("../../target/debug/examples/changes", import.meta.url));
  const child = spawn(program, [endpoint], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** @param {any} meta */
const name = ({ phx_ref, n }) => `${phx_ref}:${n}`;
/** @param {readonly any[]} metas */
const names = (metas) => metas.map(name);

/** @param {string} endpoint */
async function throughPackage(endpoint) {
  const socket = new Socket(endpoint, {
    transport: WebSocket,
    rejoinAfterMs: () => 1,
    reconnectAfterMs: () => 1,
  });
  const channel = socket.channel(TOPIC, {});
  const presence = new Presence(channel);
  presence.onError(() => {});
  /** @type {any[]} */
  const lines = [];
  presence.subscribe((changes) => {
    if (changes.length === 0) return; // the status
    lines.push(
      changes.map((change) => {
        const { key, reason, type, joined, left, updated } = change;
        const update = { joined: names(joined), left: names(left) };
        const pairs = updated.map(({ previous, current }) => [name(previous), name(current)]);
        return {
          ...{ key, reason },
          presence: change.presence ? names(change.presence.metas) : null,
          previous: change.previous ? names(change.previous.metas) : null,
          ...(type === "update" ? { ...update, updated: pairs } : {}),
        };
      }),
    );
  });
  const done = new Promise((resolve) => channel.on("done", resolve));
  channel.join();
  socket.connect();
  await done;
  lines.push(presence.entries().map(([key, { metas }]) => [key, names(metas)]));
  await new Promise((resolve) => socket.disconnect(() => resolve(undefined)));
  presence.dispose();
  return lines;
}

test("the same random frames have the same changes", { timeout: 120_000 }, async () => {
  let changes = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const rust = await scripted(seed, throughRust);
    const npm = await scripted(seed, throughPackage);
    assert.deepEqual(rust, npm, `seed ${seed}`);
    changes += rust.flat().length;
  }
  assert.ok(changes > RUNS * 10, `only ${changes} changes`);
});

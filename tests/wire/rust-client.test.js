/**
 * The client of the crate and phoenix.js send the same frames in the same scenario.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Socket } from "phoenix";
import WebSocket, { WebSocketServer } from "ws";

import { startServer } from "../support/server.js";

/** @type {import("../support/server.js").RunningServer} */
let server;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

/**
 * A proxy that records the frames of its client, and cuts the line at the event `cut`.
 *
 * @param {(endpoint: string) => Promise<void>} play
 * @returns {Promise<any[][]>}
 */
async function framesOf(play) {
  const proxy = new WebSocketServer({ port: 0 });
  await once(proxy, "listening");
  /** @type {any[][]} */
  const frames = [];
  proxy.on("connection", (client, request) => {
    const path = String(request.url).replace(/^\/socket/, "");
    const upstream = new WebSocket(`${server.wsUrl}${path}`);
    const isOpen = once(upstream, "open");
    client.on("message", async (text) => {
      const frame = JSON.parse(String(text));
      frames.push(frame);
      if (frame[3] === "cut") return client.terminate();
      await isOpen;
      upstream.send(String(text));
    });
    upstream.on("message", (text) => client.send(String(text)));
    client.on("close", () => upstream.terminate());
    upstream.on("close", () => client.close());
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (proxy.address());
  await play(`ws://127.0.0.1:${port}/socket`);
  for (const client of proxy.clients) client.terminate();
  await new Promise((resolve) => proxy.close(resolve));
  return frames;
}

/** The refs of frames as numbers in the order in which they appear. @param {any[][]} frames */
function numbered(frames) {
  /** @type {Map<string, number>} */
  const numbers = new Map();
  /** @param {string | null} ref */
  const number = (ref) => {
    if (ref === null) return null;
    if (!numbers.has(ref)) numbers.set(ref, numbers.size + 1);
    return numbers.get(ref);
  };
  return frames.map(([joinRef, ref, ...rest]) => [number(joinRef), number(ref), ...rest]);
}

/** @param {string} endpoint */
async function throughRust(endpoint) {
  const program = fileURLToPath(new URL("../../target/debug/examples/scenario", import.meta.url));
  const [code] = await once(spawn(program, [endpoint], { stdio: ["ignore", "inherit", "inherit"] }), "exit");
  assert.equal(code, 0);
}

/**
 * The scenario of tests/client/lab/examples/scenario.rs.
 *
 * @param {string} endpoint
 */
async function throughPhoenix(endpoint) {
  const socket = new Socket(endpoint, {
    params: { user_id: "ada" },
    transport: WebSocket,
    reconnectAfterMs: () => 10,
  });
  /** @param {any} push @param {string} status */
  const answered = (push, status) => new Promise((resolve) => push.receive(status, resolve));
  /** @param {any} channel */
  const rejoined = (channel) => new Promise((resolve) => channel.joinPush.receive("ok", resolve));

  const one = socket.channel("room:1", { status: "online" });
  const two = socket.channel("room:2", {});
  const joins = [one.join(), two.join()];
  const early = one.push("update", { status: "away" });
  socket.connect();
  for (const join of joins) await answered(join, "ok");
  await answered(early, "ok");

  await answered(one.push("nonsense", { n: 1 }), "error");

  one.push("crash", {});
  await new Promise((resolve) => one.onError(resolve));
  await rejoined(one);
  await answered(one.push("state", {}), "ok");

  two.leave();

  const refused = socket.channel("room:3", { refuse: "full" });
  await answered(refused.join(), "error");
  refused.leave();

  one.push("cut", {});
  await new Promise((resolve) => one.onError(resolve));
  await rejoined(one);
  await answered(one.push("state", {}), "ok");
  one.leave();
  await new Promise((resolve) => socket.disconnect(() => resolve(undefined)));
}

test("the same scenario has the same frames", { timeout: 60_000 }, async () => {
  const rust = await framesOf(throughRust);
  const phoenix = await framesOf(throughPhoenix);
  assert.equal(rust.length, 14, JSON.stringify(rust));
  assert.deepEqual(numbered(rust), numbered(phoenix));
});

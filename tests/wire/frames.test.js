/**
 * The server's frames and close codes, without phoenix.js.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test as nodeTest } from "node:test";

import { Socket } from "phoenix";
import WebSocket from "ws";

import { startServer } from "../support/server.js";

/** @type {import("../support/server.js").RunningServer} */
let server;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

/** A test that fails if a message does not arrive in time. @param {string} name @param {() => Promise<void>} body */
const test = (name, body) => nodeTest(name, { timeout: 30_000 }, body);

/** @param {string} [query] @param {string[]} [protocols] */
function open(query = "vsn=2.0.0&user_id=alice", protocols) {
  return new WebSocket(`${server.wsUrl}/websocket?${query}`, protocols);
}

/**
 * Sends texts, and reads a number of frames.
 *
 * @param {string[]} texts
 * @param {number} count
 * @returns {Promise<any[]>}
 */
async function exchange(texts, count) {
  const socket = open();
  await once(socket, "open");
  /** @type {unknown[]} */
  const frames = [];
  const complete = /** @type {Promise<void>} */ (
    new Promise((resolve) =>
      socket.on("message", (text, isBinary) => {
        assert.equal(isBinary, false);
        frames.push(JSON.parse(String(text)));
        if (frames.length === count) resolve();
      }),
    )
  );
  for (const text of texts) socket.send(text);
  await complete;
  socket.close();
  await once(socket, "close");
  assert.equal(frames.length, count);
  return frames;
}

test("a join is answered with a reply, the diff of the join and the state", async () => {
  const [reply, diff, state] = await exchange(['["3","4","room:1","phx_join",{"status":"x"}]'], 3);
  assert.deepEqual(reply, ["3", "4", "room:1", "phx_reply", { status: "ok", response: {} }]);
  assert.deepEqual(diff.slice(0, 4), [null, null, "room:1", "presence_diff"]);
  assert.deepEqual(state.slice(0, 4), ["3", null, "room:1", "presence_state"]);
  assert.deepEqual(diff[4], { joins: state[4], leaves: {} });
  const [meta] = state[4].alice.metas;
  assert.match(meta.phx_ref, /^[\w-]{16}$/);
  assert.deepEqual({ ...meta, phx_ref: "", online_at: 0 }, { phx_ref: "", online_at: 0, status: "x" });
});

test("a heartbeat is answered on the topic phoenix", async () => {
  const [reply] = await exchange(['[null,"9","phoenix","heartbeat",{}]'], 1);
  assert.deepEqual(reply, [null, "9", "phoenix", "phx_reply", { status: "ok", response: {} }]);
});

test("an unmatched topic is an error reply", async () => {
  const [reply] = await exchange(['["1","1","nowhere","phx_join",{}]'], 1);
  const payload = { status: "error", response: { reason: "unmatched topic" } };
  assert.deepEqual(reply, [null, "1", "nowhere", "phx_reply", payload]);
});

for (const [what, message, code, reason] of /** @type {const} */ ([
  ["a text that is not JSON", "{", 1007, /^frame is not JSON/],
  ["an array of four", '[null,null,"t","e"]', 1007, /^frame is an array of 4, not of 5$/],
  ["a number as topic", '[null,null,7,"e",{}]', 1007, /^topic is not a string$/],
  ["a lone surrogate", '[null,null,"\\ud800","e",{}]', 1007, /^frame is not JSON/],
  ["nesting without end", "[".repeat(50_000), 1007, /^frame is nested deeper than 128 levels$/],
  ["a binary message", new Uint8Array([1, 2, 3]), 1003, /^binary messages are not supported$/],
  ["more than 64 KiB", "x".repeat(65_537), 1009, /^message is larger than 65536 bytes$/],
])) {
  test(`${what} closes the socket with ${code} and a reason`, async () => {
    const socket = open();
    await once(socket, "open");
    socket.send(message);
    const [closedWith, why] = await once(socket, "close");
    assert.equal(closedWith, code);
    assert.match(String(why), reason);
  });
}

for (const [what, query, status] of /** @type {const} */ ([
  ["without user_id", "vsn=2.0.0", 403],
  ["with another serializer", "vsn=1.0.0&user_id=alice", 400],
  ["without a serializer", "user_id=alice", 400],
])) {
  test(`a connection ${what} is refused with ${status}`, async () => {
    const socket = open(query);
    const [request, response] = await once(socket, "unexpected-response");
    assert.equal(response.statusCode, status);
    request.destroy();
  });
}

test("phoenix.js with an authToken connects: the server chooses the subprotocol phoenix", async () => {
  const socket = new Socket(server.wsUrl, {
    params: { user_id: "alice" },
    transport: WebSocket,
    .../** @type {object} */ ({ authToken: "a token" }),
  });
  await /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      socket.onOpen(resolve);
      socket.connect();
    })
  );
  await /** @type {Promise<void>} */ (new Promise((resolve) => socket.disconnect(resolve)));

  const raw = open(undefined, ["phoenix", "base64url.bearer.phx.YQ"]);
  await once(raw, "open");
  assert.equal(raw.protocol, "phoenix");
  raw.terminate();
});

test("a clean close by the client is answered with its own code", async () => {
  const socket = open();
  await once(socket, "open");
  socket.close(1000, "bye");
  const [code] = await once(socket, "close");
  assert.equal(code, 1000);
});

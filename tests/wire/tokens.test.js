/**
 * A signed identity as phoenix.js gives it: its `authToken`, over a real socket.
 */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Socket } from "phoenix";
import WebSocket from "ws";

import { startServer } from "../support/server.js";

const KEY = "a key of thirty-two bytes or more";

/** A JWT signed with HS256. @param {object} claims */
function sign(claims) {
  const part = (/** @type {object} */ json) => Buffer.from(JSON.stringify(json)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", KEY).update(signed).digest("base64url")}`;
}

test("phoenix.js joins as the user of its authToken", { timeout: 30_000 }, async (t) => {
  const keyFile = join(mkdtempSync(join(tmpdir(), "presence-")), "key");
  writeFileSync(keyFile, `${KEY}\n`);
  const server = await startServer({ args: ["--token-key-file", keyFile], insecureUserIds: false });
  const authToken = sign({ sub: "ada", role: "moderator", exp: Math.floor(Date.now() / 1000) + 60 });
  const socket = new Socket(server.wsUrl, {
    transport: WebSocket,
    params: { user_id: "eve" },
    .../** @type {object} */ ({ authToken }),
  });
  t.after(async () => {
    await /** @type {Promise<void>} */ (new Promise((resolve) => socket.disconnect(resolve)));
    await server.stop();
  });
  socket.connect();
  const channel = socket.channel("staff:1");
  const state = await new Promise((resolve) => {
    channel.on("presence_state", resolve);
    channel.join();
  });
  assert.deepEqual(Object.keys(state), ["ada"]);
});

/** The ES modules and the CommonJS modules of the package in one process: they share what belongs to a channel. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { Socket } from "phoenix";
import * as asModule from "phoenix-presence/vue";
import { createTestServer } from "phoenix-presence/testing";
import { effectScope } from "vue";

import { FullChannel } from "../support/full-channel.js";

const require = createRequire(import.meta.url);
/** @type {typeof asModule} */
const asCommonJs = require("phoenix-presence/vue");

test("two copies share the Presence of a channel, and each takes one that the app made with the other's class", () => {
  assert.notEqual(asModule.usePresence, asCommonJs.usePresence);
  const scope = effectScope();
  scope.run(() => {
    const channel = new FullChannel("1");
    const first = asModule.usePresence(() => channel);
    channel.sendState({ ada: { metas: [{ phx_ref: "a1" }] } });
    const second = asCommonJs.usePresence(() => channel);
    assert.equal(second.presence.value, first.presence.value);
    assert.equal(second.entries.value.length, 1);

    const other = new FullChannel("1");
    /** @type {typeof import("phoenix-presence")} */
    const { Presence } = require("phoenix-presence");
    const own = new Presence(other);
    assert.equal(asModule.usePresence(own).presence.value, own);
  });
  scope.stop();
});

test("two copies join a room once", () => {
  const server = createTestServer();
  const socket = new Socket("ws://localhost/socket", { transport: server.transport, params: { user_id: "ada" } });
  socket.connect();
  const scope = effectScope();
  scope.run(() => {
    const rooms = [asModule, asCommonJs].map(({ useRoom }) => useRoom(socket, "room:a"));
    server.flush();
    assert.deepEqual(
      rooms.map(({ status }) => status.value),
      ["synced", "synced"],
    );
    assert.equal(rooms[0].channel.value, rooms[1].channel.value);
  });
  const joins = server.frames.filter(({ event }) => event === "phx_join");
  assert.equal(joins.length, 1);
  scope.stop();
  socket.disconnect();
});

/** The additions to phoenix.js's class, over real sockets and with a real server that restarts. */

import assert from "node:assert/strict";
import { after, afterEach, before, test as nodeTest } from "node:test";

import * as phoenix from "phoenix";
import { Presence } from "phoenix-presence";
import WebSocket from "ws";

import { startServer } from "../support/server.js";

/** @typedef {import("phoenix-presence").PresenceChange} Change */

/** @type {import("../support/server.js").RunningServer} */
let server;
/** @type {Guest[]} */
let guests = [];

/** @param {string} name @param {() => Promise<void>} body */
const test = (name, body) => nodeTest(name, { timeout: 30_000 }, body);

before(async () => {
  server = await startServer();
});
after(() => server.stop());
afterEach(async () => {
  await Promise.all(guests.map(({ socket }) => new Promise((resolve) => socket.disconnect(() => resolve(undefined)))));
  guests = [];
});

/** A user of a room, with the calls of a subscriber. */
class Guest {
  /** @type {string[]} */
  heard = [];
  /** @type {{ isMet: () => boolean, resolve: () => void }[]} */
  #waiting = [];
  /** @type {WebSocket | undefined} */
  #webSocket;

  /** @param {string} userId @param {string} topic @param {import("phoenix-presence").PresenceOpts} [options] */
  constructor(userId, topic, options) {
    const keep = (/** @type {WebSocket} */ webSocket) => (this.#webSocket = webSocket);
    class Transport extends WebSocket {
      /** @param {string} address @param {string[]} [protocols] */
      constructor(address, protocols) {
        super(address, protocols);
        keep(this);
      }
    }
    this.socket = new phoenix.Socket(server.wsUrl, {
      params: { user_id: userId },
      transport: Transport,
      reconnectAfterMs: () => 20,
      rejoinAfterMs: () => 20,
    });
    this.channel = this.socket.channel(topic, {});
    this.presence = new Presence(this.channel, options);
    this.presence.subscribe((changes) => {
      const words = changes.map(({ key, type, reason }) => `${type} ${key} (${reason})`);
      this.heard.push([this.presence.status, ...words].join(", "));
      this.#waiting = this.#waiting.filter(({ isMet, resolve }) => {
        if (isMet()) resolve();
        return !isMet();
      });
    });
    this.socket.connect();
    this.channel.join();
    guests.push(this);
  }

  /** Resolves when the subscriber was called with this. @param {string} words */
  async hears(words) {
    const isMet = () => this.heard.includes(words);
    if (!isMet()) {
      await /** @type {Promise<void>} */ (new Promise((resolve) => this.#waiting.push({ isMet, resolve })));
    }
  }

  /** @param {string} event @param {object} payload */
  push(event, payload) {
    return new Promise((resolve, reject) => {
      this.channel.push(event, payload).receive("ok", resolve).receive("error", reject);
    });
  }

  /** Cuts the TCP connection. */
  cut() {
    this.#webSocket?.terminate();
  }
}

test("each join, update and leave is one call, and a lost connection changes the status to stale and back", async () => {
  const ada = new Guest("ada", "room:changes");
  await ada.presence.whenSynced();
  const bob = new Guest("bob", "room:changes");
  await ada.hears("synced, enter bob (diff)");
  await bob.presence.whenSynced();
  await bob.push("update", { status: "away" });
  await ada.hears("synced, update bob (diff)");
  assert.equal(ada.presence.get("bob")?.metas[0].status, "away");
  assert.deepEqual([ada.presence.size, ada.presence.metaCount], [2, 2]);

  ada.heard = [];
  ada.cut();
  await ada.hears("stale");
  assert.equal(ada.presence.status === "synced", false);
  await ada.presence.whenSynced();
  // ada's own meta has another ref now, bob's has the same.
  assert.deepEqual(
    ada.heard.filter((words) => words.includes("exit") || words.includes("bob")),
    [],
  );

  bob.channel.leave();
  await bob.hears("closed");
  await ada.hears("synced, exit bob (diff)");
  assert.deepEqual(
    ada.presence.entries().map(([key]) => key),
    ["ada"],
  );
});

test("users who are back within the grace period after a restart of the server never leave", async () => {
  const ada = new Guest("ada", "room:restart", { leaveGrace: 60_000 });
  await ada.presence.whenSynced();
  const bob = new Guest("bob", "room:restart");
  await ada.hears("synced, enter bob (diff)");
  const refs = ada.presence.get("bob")?.metas.map((/** @type {any} */ meta) => meta.phx_ref);
  ada.heard = [];
  await server.restart();
  await ada.hears("stale");
  const back = /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      ada.presence.watch("bob", ({ type }) => {
        if (type === "update" && ada.presence.state.bob) resolve();
      });
    })
  );
  await ada.presence.whenSynced();
  if (!ada.presence.state.bob) await back;
  assert.notDeepEqual(
    ada.presence.get("bob")?.metas.map((/** @type {any} */ meta) => meta.phx_ref),
    refs,
  );
  assert.deepEqual(
    ada.heard.filter((words) => /exit|enter/.test(words)),
    [],
  );
  ada.presence.dispose();
  bob.presence.dispose();
});

test("a disposed Presence removes only its own callbacks, and is not called any more", async () => {
  const ada = new Guest("ada", "room:dispose");
  const other = new phoenix.Presence(ada.channel);
  await ada.presence.whenSynced();
  const bindings = () => /** @type {any} */ (ada.channel).bindings.length;
  const count = bindings();
  ada.presence.dispose();
  assert.equal(count - bindings(), 4, "all but onClose, which phoenix.js gives no ref for");
  const joined = new Promise((resolve) => other.onJoin((key) => resolve(key)));
  new Guest("bob", "room:dispose");
  assert.equal(await joined, "bob");
  assert.equal(ada.presence.has("bob"), false);
});

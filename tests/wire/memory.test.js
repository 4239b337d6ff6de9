/**
 * Clients that request much and read nothing, against the real server process with its real limits.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import WebSocket from "ws";

import { startServer } from "../support/server.js";
import { Member } from "./member.js";

/** Each asks for far more than may wait for one client: 12 GB together. */
const GREEDY = { clients: 40, states: 300 };
/** Each asks for about what the system and the server keep for one client: 1.1 GB together. */
const MODERATE = { clients: 100, states: 11 };
/** 256 MiB may wait for all clients; the rest is for what is made and thrown away on the way. */
const MAX_KIB = 512 * 1024;

/** The peak memory of a process, in KiB. @param {number | undefined} pid */
function peakKib(pid) {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib);
}

const options = { skip: existsSync("/proc/self/status") ? false : "needs /proc", timeout: 120_000 };

test("clients that request gigabytes and read nothing use no more memory than the limit", options, async (t) => {
  const server = await startServer();
  const witness = await new Member(server, "witness", { topic: "room:calm" }).join();
  /** @type {WebSocket[]} */
  const sockets = [];
  t.after(async () => {
    for (const socket of sockets) socket.terminate();
    await witness.disconnect();
    await server.stop();
  });

  /** Opens a socket; `end` resolves when "last" is answered, or when the socket is closed. @param {string} userId */
  const open = async (userId) => {
    const socket = new WebSocket(`${server.wsUrl}/websocket?vsn=2.0.0&user_id=${userId}`);
    sockets.push(socket);
    socket.on("error", () => {}); // It is meant to be disconnected.
    const end = /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        socket.on("close", () => resolve());
        socket.on("message", (text) => {
          if (String(text).startsWith('["1","last",')) resolve();
        });
      })
    );
    await once(socket, "open");
    return { socket, end };
  };
  const WATCH = '["1","1","room:full","phx_join",{"track":false}]';
  const LAST = '["1","last","room:full","untrack",{"key":"none"}]';

  // A room as full as further keys can make it: 1 MB.
  const filler = "x".repeat(3900);
  for (let client = 0; client < 15; client += 1) {
    const { socket, end } = await open(`filler${client}`);
    socket.send(WATCH);
    for (let key = 0; key < 31; key += 1) {
      socket.send(JSON.stringify(["1", "2", "room:full", "track", { key: `${client}:${key}`, filler }]));
    }
    socket.send(LAST);
    await end;
  }

  for (const { clients, states } of [GREEDY, MODERATE]) {
    const attackers = [];
    for (let client = 0; client < clients; client += 1) {
      const attacker = await open(`attacker${client}`);
      attacker.socket.pause();
      attacker.socket.send(WATCH);
      for (let n = 1; n < states; n += 1) attacker.socket.send('["1","2","room:full","state",{}]');
      attacker.socket.send(LAST);
      attackers.push(attacker);
    }
    // A client that reads is served as usual.
    for (let n = 0; n < 50; n += 1) await witness.push("update", { n });
    await witness.checkAgainstServer();

    for (const { socket } of attackers) socket.resume();
    await Promise.all(attackers.map(({ end }) => end));
    const dropped = attackers.filter(({ socket }) => socket.readyState >= WebSocket.CLOSING).length;
    t.diagnostic(`${dropped} of ${clients} that requested ${states} states each were disconnected`);
    if (states === GREEDY.states) assert.equal(dropped, clients);
    for (const { socket } of attackers) socket.terminate();
    await witness.checkAgainstServer();
    t.diagnostic(`the server's peak is ${Math.round(peakKib(server.pid()) / 1024)} MiB`);
  }
  assert.ok(peakKib(server.pid()) < MAX_KIB, `${peakKib(server.pid())} KiB`);
});

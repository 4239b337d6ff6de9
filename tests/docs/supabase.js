/**
 * As much of supabase's Realtime as its client needs for presence, and which speaks as its server does: the Channels
 * V2 protocol, with Phoenix's presence messages, `track` as a message and the key in the payload of the join.
 */

import { once } from "node:events";

import { RealtimeClient } from "@supabase/realtime-js";
import WebSocket, { WebSocketServer } from "ws";

/** @typedef {{ key: string, meta: { phx_ref: string } }} Tracked */

/** Starts a server of one room. */
export async function startSupabase() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  /** @type {Map<WebSocket, { key: string, topic: string, tracked?: Tracked }>} */
  const members = new Map();
  let refs = 0;

  /** @param {Tracked} [tracked] */
  const presences = (tracked) => (tracked ? { [tracked.key]: { metas: [tracked.meta] } } : {});

  /** @param {Tracked | undefined} joined @param {Tracked | undefined} left */
  function broadcast(joined, left) {
    for (const [line, { topic }] of members) {
      line.send(
        JSON.stringify([null, null, topic, "presence_diff", { joins: presences(joined), leaves: presences(left) }]),
      );
    }
  }

  server.on("connection", (line) => {
    line.on("message", (data) => {
      const [join, ref, topic, event, payload] = JSON.parse(String(data));
      line.send(JSON.stringify([join, ref, topic, "phx_reply", { status: "ok", response: {} }]));
      const member = members.get(line);
      if (event === "phx_join") {
        const state = Object.assign({}, ...Array.from(members.values(), ({ tracked }) => presences(tracked)));
        members.set(line, { key: payload.config.presence.key, topic });
        if (payload.config.presence.enabled) line.send(JSON.stringify([join, null, topic, "presence_state", state]));
      } else if (event === "presence" && member) {
        const { key, tracked: left } = member;
        const prev = left && { phx_ref_prev: left.meta.phx_ref };
        member.tracked =
          payload.event === "track"
            ? { key, meta: { ...payload.payload, phx_ref: `ref ${++refs}`, ...prev } }
            : undefined;
        broadcast(member.tracked, left);
      }
    });
    line.on("close", () => {
      const left = members.get(line)?.tracked;
      members.delete(line);
      if (left) broadcast(undefined, left);
    });
  });

  /** @type {RealtimeClient[]} */
  const clients = [];
  return {
    /** What an app makes with `createClient`, as far as channels go. */
    connect() {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      const client = new RealtimeClient(`ws://127.0.0.1:${port}`, {
        params: { apikey: "none" },
        transport: /** @type {any} */ (WebSocket),
      });
      clients.push(client);
      return client;
    },
    async stop() {
      // Not by its own `disconnect`, whose timer of ten seconds nothing clears: the process would wait for it.
      const sockets = clients.map((client) => /** @type {any} */ (client).socketAdapter.getSocket());
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.disconnect(resolve))));
      for (const line of server.clients) line.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

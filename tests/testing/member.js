/** A program that uses phoenix.js's own Socket, connected to a test server. */

import { afterEach } from "node:test";

import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";

/** @type {Set<Socket>} */
const sockets = new Set();

/** A socket that is connected sends heartbeats, and so keeps a test file from ending. */
afterEach(() => {
  for (const socket of sockets) socket.disconnect();
  sockets.clear();
});

/**
 * @param {import("phoenix-presence/testing").TestServer} server
 * @param {{ user?: string, topic?: string, payload?: object, Class?: any }} [options]
 */
export function join(server, { user, topic = "room:lobby", payload = {}, Class = Presence } = {}) {
  const socket = new Socket("ws://localhost/socket", {
    transport: server.transport,
    params: user === undefined ? {} : { user_id: user },
  });
  sockets.add(socket);
  socket.connect();
  const channel = /** @type {import("phoenix").Channel & { joinRef(): string }} */ (socket.channel(topic, payload));
  /** @type {Presence} */
  const presence = new Class(channel);
  /** What the join and pushes were answered with. @type {[status: string, response: any][]} */
  const replies = [];
  const noteReplies = (/** @type {import("phoenix").Push} */ push) => {
    for (const status of /** @type {const} */ (["ok", "error", "timeout"]))
      push.receive(status, (response) => replies.push([status, response]));
  };
  noteReplies(channel.join());
  return {
    socket,
    channel,
    presence,
    replies,
    /** @param {string} event @param {object} payload */
    push: (event, payload = {}) => noteReplies(channel.push(event, payload)),
    /** Key and metas of everyone, without refs. @returns {[key: string, ...metas: any[]][]} */
    room: () => presence.list((key, { metas }) => [key, ...metas.map(withoutRefs)]),
  };
}

/** @param {any} meta */
function withoutRefs(meta) {
  const { phx_ref: _ref, phx_ref_prev: _prev, ...own } = meta;
  return own;
}

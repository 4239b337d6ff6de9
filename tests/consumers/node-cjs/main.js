const { Presence: Original, Socket } = require("phoenix");
const { Presence } = require("phoenix-presence");
const { createTestServer } = require("phoenix-presence/testing");

console.log(JSON.stringify([roster(Original), roster(Presence)]));
tryTestServer();

function roster(Presence) {
  const listeners = {};
  const presence = new Presence({ on: (event, listener) => (listeners[event] = listener), joinRef: () => "1" });
  listeners.presence_state({ grace: { metas: [{ phx_ref: "g1" }] }, ada: { metas: [{ phx_ref: "a1" }] } });
  listeners.presence_diff({
    joins: { ada: { metas: [{ phx_ref: "a2" }] }, 7: { metas: [{ phx_ref: "s1" }] } },
    leaves: { grace: { metas: [{ phx_ref: "g1" }] } },
  });
  return presence.list((key, { metas }) => `${key} on ${metas.length}`);
}

function tryTestServer() {
  const server = createTestServer();
  const socket = new Socket("ws://localhost/socket", { transport: server.transport, params: { user_id: "ada" } });
  socket.connect();
  const channel = socket.channel("room:lobby");
  const presence = new Presence(channel);
  channel.join();
  server.topic("room:lobby").track("grace");
  server.flush();
  const online = presence.list((key) => key).join();
  if (online !== "ada,grace") throw new Error(`the test server's room has ${online}`);
  socket.disconnect();
}

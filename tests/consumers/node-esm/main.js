import { Presence as Original, Socket } from "phoenix";
import { Presence } from "phoenix-presence";
import { createTestServer } from "phoenix-presence/testing";
import { roster } from "./room.js";

console.log(JSON.stringify([roster(Original), roster(Presence)]));
tryTestServer();

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

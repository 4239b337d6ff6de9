// A program that uses everything the types of phoenix-presence/testing say.
import { Socket } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";
import type {
  Json,
  JsonObject,
  TestChannel,
  TestConnection,
  TestFrame,
  TestHandler,
  TestMetaChange,
  TestPresence,
  TestPresences,
  TestRefs,
  TestReply,
  TestServer,
  TestServerOptions,
  TestTopic,
  TestTransport,
} from "phoenix-presence/testing";

interface Device {
  status: "online" | "away";
}
const device: Device = { status: "online" };

const say: TestHandler = ({ text }, channel) => {
  if (typeof text !== "string") return { error: { reason: "text" } };
  channel.broadcast("said", { text: text.toUpperCase() });
  channel.broadcastFrom("said");
  channel.push("noted");
};
const options: TestServerOptions = {
  connect: ({ params, authToken }: TestConnection) => params.user_id !== undefined && authToken !== "",
  join: ({ password }): TestReply | void => {
    if (password !== "open") return { error: { reason: "password" } };
  },
  afterJoin(payload: JsonObject, channel: TestChannel) {
    const ref: string = channel.track(channel.params.user_id ?? "guest", payload);
    channel.update("guest", device).concat(ref);
    channel.untrack("guest");
    channel.pushState();
  },
  handleIn: { say, crash: (_, channel) => channel.crash(), bye: (_, channel) => channel.close() },
  fetch: (topic: string, presences: TestPresences) => ({ ...presences, topic: { metas: [], name: topic } }),
  autoFlush: false,
};
const server: TestServer = createTestServer(options);
createTestServer();

new Socket("/socket", { transport: server.transport });
const transport: TestTransport = new server.transport("ws://localhost/socket/websocket?vsn=2.0.0", ["phoenix"]);
transport.send("[]");
transport.close(1000, "bye");
if (transport.readyState === 3) server.flush();

const room: TestTopic = server.topic("room:lobby");
const ref: string = room.track("grace", device);
const away: TestMetaChange = (meta) => ({ ...meta, status: "away" });
room.update("grace", away, ref);
room.untrack("grace");
room.untrack("grace", ref);
room.broadcast("news", { n: 1 });
room.pushState();
room.withholdState();
room.refuseJoins({ reason: "full" });
room.refuseJoins();
room.ignoreJoins();
room.acceptJoins();
room.crash();
room.close();
const grace: TestPresence | undefined = room.list().grace;
const status: Json | undefined = grace?.metas[0]?.status;
const refs: TestRefs | undefined = grace?.metas[0];
const phxRef: string | undefined = refs?.phx_ref_prev ?? refs?.phx_ref;
for (const { joined, joinRef, topic } of room.channels) if (joined) `${joinRef} ${topic} ${status} ${phxRef}`;

server.drop();
server.restart();
server.goOffline();
server.goOnline();
for (const connection of server.connections) {
  connection.drop();
  connection.close(1001, connection.url);
}
const pushed = server.frames.filter(({ from, event }: TestFrame) => from === "client" && event === "say");
export const texts: (Json | undefined)[] = pushed.map(({ payload }) => payload.text);

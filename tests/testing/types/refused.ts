// What the types of phoenix-presence/testing refuse, each with the error that says so. The tests compile this file as
// it is, and once more without its comments, to see that every error is the one that is named.
import { createTestServer } from "phoenix-presence/testing";
import type { TestHandler } from "phoenix-presence/testing";

const server = createTestServer();
const room = server.topic("room:lobby");

// Options are those there are, and of their types.
// @ts-expect-error TS2561
createTestServer({ onJoin: () => undefined });
// @ts-expect-error TS2322
createTestServer({ autoFlush: "never" });
// @ts-expect-error TS2322
createTestServer({ join: () => true });
// @ts-expect-error TS2322
createTestServer({ fetch: () => undefined });
// @ts-expect-error TS2322
createTestServer({ connect: () => "yes" });

// A handler replies at once, with ok or error.
// @ts-expect-error TS2322
const later: TestHandler = async () => ({ ok: {} });
// @ts-expect-error TS2322
const text: TestHandler = () => ({ ok: "done" });
// @ts-expect-error TS2322
const neither: TestHandler = () => ({ reply: {} });
// @ts-expect-error TS2322
const unread: TestHandler = ({ text }) => ({ ok: text });

// A topic is a string, a key is one, and a meta is an object.
// @ts-expect-error TS2554
server.topic();
// @ts-expect-error TS2345
room.track(7);
// @ts-expect-error TS2345
room.track("grace", "away");
// @ts-expect-error TS2554
room.update("grace");
// @ts-expect-error TS2345
room.update("grace", "away");
// @ts-expect-error TS2322
const ref: number = room.track("grace");

// What the server knows is read, not written.
// @ts-expect-error TS2540
server.transport = WebSocket;
// @ts-expect-error TS2339
server.frames.push();
// @ts-expect-error TS2540
room.channels[0].joined = true;
// @ts-expect-error TS2367
server.frames.filter(({ from }) => from === "nobody");
// @ts-expect-error TS2339
server.close();
export {};

/** A component of React 19 on a test server, in StrictMode, in a real page. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { bundle } from "../bindings/page.js";
import { openPage } from "./page.js";

const PROGRAM = `
import { Socket } from "phoenix";
import { usePresence } from "phoenix-presence/react";
import { createTestServer } from "phoenix-presence/testing";
import { act, StrictMode } from "react";
import { createRoot } from "react-dom/client";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
const server = createTestServer();
const socket = new Socket("/socket", { transport: server.transport });
socket.connect();
const channel = socket.channel("room:lobby");

function Members() {
  const { entries, status } = usePresence(channel);
  return <p>{[status, ...entries.map(([key]) => key)].join()}</p>;
}

const root = createRoot(document.body.appendChild(document.createElement("main")));
const shown = [];
const look = () => shown.push(document.querySelector("p").textContent);
act(() => root.render(<StrictMode><Members /></StrictMode>));
channel.join();
look();
act(() => server.flush());
look();
server.topic("room:lobby").track("grace");
act(() => server.flush());
look();
server.drop();
act(() => server.flush());
look();
globalThis.shown = shown;
`;

test("what is flushed inside act is rendered when act returns, and React has nothing to say", async (t) => {
  const { page, complaints } = await openPage(t, await bundle(PROGRAM));
  const shown = await page.evaluate("shown");
  assert.deepEqual(shown, ["pending", "synced", "synced,grace", "stale,grace"]);
  assert.deepEqual(
    complaints.filter((text) => !text.includes("React DevTools")),
    [],
  );
});

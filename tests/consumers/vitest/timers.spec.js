import { Socket } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showMembers } from "./members.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("who comes during an outage is shown after it", () => {
  const server = createTestServer();
  const list = document.createElement("ul");
  showMembers(list, new Socket("/socket", { transport: server.transport }));
  server.flush();
  server.goOffline();
  server.topic("room:lobby").track("grace", { status: "back" });
  server.flush();
  expect(list.textContent).toBe("");
  server.goOnline();
  vi.advanceTimersByTime(10); // phoenix.js connects again
  server.flush();
  expect(list.textContent).toBe("grace is back");
});

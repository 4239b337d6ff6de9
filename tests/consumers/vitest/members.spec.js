import { Socket } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";
import { expect, test } from "vitest";
import { showMembers } from "./members.js";

test("the list shows who comes", () => {
  const server = createTestServer();
  const list = document.createElement("ul");
  showMembers(list, new Socket("/socket", { transport: server.transport }));
  server.topic("room:lobby").track("grace", { status: "away" });
  server.flush();
  expect(list.textContent).toBe("grace is away");
});

const { Socket } = require("phoenix");
const { createTestServer } = require("phoenix-presence/testing");
const { showMembers } = require("./members.js");

test("who comes during an outage is shown after it", () => {
  jest.useFakeTimers();
  const server = createTestServer();
  const list = document.createElement("ul");
  showMembers(list, new Socket("/socket", { transport: server.transport }));
  server.flush();
  server.goOffline();
  server.topic("room:lobby").track("grace", { status: "back" });
  server.flush();
  expect(list.textContent).toBe("");
  server.goOnline();
  jest.advanceTimersByTime(10); // phoenix.js connects again
  server.flush();
  expect(list.textContent).toBe("grace is back");
});

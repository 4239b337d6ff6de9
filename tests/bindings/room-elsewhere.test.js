/** Rooms in Vue and in Svelte, over phoenix.js's own Socket and a server in memory. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { bundle, program } from "./page.js";

// What runs in the page is written here, and knows what programs/room-vue.js and room-svelte.js put there.
/** @type {any} */
const page = globalThis;

const vue = program("room-vue.js");
const svelte = program("room-svelte.js");

for (const [name, { open }] of Object.entries({ vue, svelte })) {
  test(`${name}: two components share a room, update themselves, switch to another and back, and leave`, async () => {
    const visitor = await open();
    const seen = await visitor.evaluate(async () => {
      const socket = page.newSocket();
      socket.connect();
      page.mount(socket);
      const twice = (/** @type {string} */ text) => page.shows(text + text);
      await twice("synced nobody");
      page.server.topic("room:a").track("grace");
      await twice("synced nobody grace");
      for (let n = 0; n <= 100; n++) page.update({ mood: `${n}` });
      await twice("synced 100 grace");
      const calls = page.updates().length;
      page.server.drop();
      await page.until(() => page.sent("phx_join").length > 1);
      await twice("synced 100 grace");
      page.go("room:b");
      await twice("synced nobody");
      page.go("room:a");
      await twice("synced nobody grace");
      page.go("");
      await page.until(() => page.sent("phx_close").length === 3);
      return { calls, sent: page.sent("phx_join", "phx_close"), channels: socket.channels.length };
    });
    assert.ok(seen.calls <= 3, `${seen.calls} messages for 101 calls`);
    assert.equal(seen.channels, 0);
    const ofA = seen.sent.filter((/** @type {string} */ each) => each.endsWith("a"));
    const [join, close] = ["phx_join room:a", "phx_close room:a"];
    assert.deepEqual(ofA, [join, join, close, join, close]); // The second after the lost connection.
  });

  test(`${name}: a refused join and a forgotten connect are errors`, async () => {
    const visitor = await open();
    await visitor.evaluate(async () => {
      const socket = page.newSocket();
      page.server.topic("room:a").refuseJoins();
      page.mount(socket);
      await page.shows("failed disconnected nobody".repeat(2));
      socket.connect();
      await page.shows("failed refused nobody".repeat(2));
      page.server.topic("room:a").acceptJoins();
      await page.shows("synced nobody".repeat(2));
    });
  });
}

test("vue: a server joins nothing", async () => {
  const visitor = await vue.open();
  const seen = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    return [await page.serverSide(socket), socket.channels.length];
  });
  assert.deepEqual(seen, ["<p>pending nobody</p>", 0]);
});

test("svelte: a server joins nothing", async () => {
  const code = await bundle(
    'export { render } from "svelte/server"; export { default } from "./Room.svelte";',
    "server",
  );
  const { default: Room, render } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const socket = {
    channel() {
      throw new Error("it made a channel");
    },
  };
  const { body } = await render(Room, { props: { socket, topic: "room:a" } });
  assert.match(body, /<p>pending nobody<\/p>/);
});

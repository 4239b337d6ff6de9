/** How long a Presence lives that a hook made for a channel: as long as the channel is open. In StrictMode. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { program } from "./page.js";

// What runs in the page is written here, and knows what programs/lifetime.jsx put there.
/** @type {any} */
const page = globalThis;

const react = program("lifetime.jsx");

test("a panel that is closed and opened again shows who came meanwhile, too", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    /** @type {any[]} */
    const texts = [];
    const open = async (/** @type {boolean} */ isOpen) => {
      page.flushSync(() => page.open(isOpen));
      await page.turns(3);
      texts.push(page.main.textContent);
    };
    page.show(page.views.panel(page.channel));
    await open(true);
    page.flushSync(() => page.channel.sendState(page.everybody(1)));
    await open(false);
    page.channel.sendDiff({ late: page.everybody(1)["user-0"] });
    await open(true);
    return texts;
  });
  assert.deepEqual(seen, ["pending", "", "synced user-0 late"]);
});

test("an Activity that is hidden and shown again shows the roster", async () => {
  const visitor = await react.open();
  const text = await visitor.evaluate(async () => {
    page.show(page.views.activity(page.channel, "visible"));
    page.channel.sendState(page.everybody(2));
    page.show(page.views.activity(page.channel, "hidden"));
    await page.turns(3);
    page.channel.sendDiff({}, { "user-0": page.everybody(1)["user-0"] });
    page.show(page.views.activity(page.channel, "visible"));
    return page.main.textContent;
  });
  assert.equal(text, "synced user-1");
});

test("a component in a transition, whose effects run after the state has come, shows the roster", async () => {
  const visitor = await react.open();
  const text = await visitor.evaluate(async () => {
    page.show(page.views.panel(page.channel));
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => page.channel.sendState(page.everybody(1));
    page.startTransition(() => page.open(true));
    // Rendered, and not yet mounted: React's scheduler runs before this message.
    while (page.bound(page.channel) === 0) await page.turns(1);
    port2.postMessage("");
    while (!page.main.textContent.startsWith("synced")) await page.turns(1);
    return page.main.textContent;
  });
  assert.equal(text, "synced user-0");
});

test("a first mount that suspends shows the roster when it is mounted at last", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    let go = () => {};
    const until = new Promise((/** @type {any} */ resolve) => (go = resolve));
    page.show(page.views.suspended(page.channel, until));
    const waiting = page.main.textContent;
    page.channel.sendState(page.everybody(3));
    go();
    while (page.main.textContent === "waiting") await page.turns(1);
    return [waiting, page.main.textContent];
  });
  assert.deepEqual(seen, ["waiting", "3 after the wait"]);
});

test("a component with other options shows the same roster, and one warning says that they have no effect", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    /** @type {string[]} */
    const warnings = [];
    console.warn = (text) => warnings.push(text);
    page.show(page.views.list(page.channel, { leaveGrace: 5_000 }));
    page.channel.sendState(page.everybody(1));
    const options = [{ leaveGrace: 5_000 }, {}, { leaveGrace: 1 }, { leaveGrace: 1 }];
    page.show(page.views.lists(page.channel, options));
    return { warnings, texts: Array.from(document.querySelectorAll("p"), ({ textContent }) => textContent) };
  });
  assert.deepEqual(seen.texts, Array(4).fill("synced user-0"));
  assert.equal(seen.warnings.length, 1);
  assert.match(seen.warnings[0], /has a Presence with the options {"leaveGrace":5000} already.*{"leaveGrace":1}$/);
});

test("once the channel is left its Presence is disposed of, and a component that is mounted later says so", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(() => {
    page.show(page.views.list(page.channel));
    page.flushSync(() => page.channel.sendState(page.everybody(1)));
    const first = page.presence;
    page.flushSync(() => page.channel.leave());
    const mounted = page.main.textContent;
    page.show(page.views.nothing);
    page.show(page.views.list(page.channel));
    const { bindings } = page.channel;
    return { mounted, status: first.status, later: page.main.textContent, left: page.bound(page.channel), bindings };
  });
  const { bindings, ...rest } = seen;
  assert.deepEqual(rest, { mounted: "closed user-0", status: "closed", later: "closed", left: 0 });
  assert.ok(bindings.length <= 2); // phoenix.js gives `onClose` no ref to remove it by.
});

test("a thousand mounts make one Presence, and of a thousand channels that were left or dropped none is kept", async () => {
  const visitor = await react.open();
  const bindings = await visitor.evaluate(() => {
    page.channel.sendState({});
    for (let mounts = 0; mounts < 1_000; mounts++) {
      page.show(page.views.list(page.channel));
      page.show(page.views.nothing);
    }
    const most = page.bound(page.channel);
    page.refs = Array.from({ length: 1_000 }, (_, n) => {
      const channel = page.newChannel();
      page.show(page.views.list(channel));
      channel.sendState(page.everybody(3));
      // Every other channel is left and stays with the app; the rest are forgotten without a word.
      if (n % 2) channel.leave();
      if (n % 2) (page.kept ??= []).push(channel);
      return new WeakRef(page.presence);
    });
    page.show(page.views.list(page.channel)); // So that React holds none of them.
    page.show(page.views.nothing);
    page.show(page.views.list(page.channel));
    return most;
  });
  assert.equal(bindings, 3);
  const session = await visitor.context().newCDPSession(visitor);
  for (let round = 0; round < 3; round++) await session.send("HeapProfiler.collectGarbage");
  const alive = await visitor.evaluate(
    () => page.refs.filter((/** @type {WeakRef<object>} */ ref) => ref.deref()).length,
  );
  assert.equal(alive, 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { program } from "./page.js";

// What runs in the page is written here, and knows what programs/react.jsx put there.
/** @type {any} */
const page = globalThis;

const react = program("react.jsx");

test("in a room of 1,000 one user's update renders the list once and one row", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(() => {
    page.show(page.views.list(page.channel));
    page.flushSync(() => page.channel.sendState(page.everybody(1_000)));
    const before = { ...page.renders, rows: { ...page.renders.rows } };
    page.flushSync(() => page.channel.sendDiff(page.update.joins, page.update.leaves));
    const again = Object.entries(page.renders.rows).filter(([key, count]) => count !== before.rows[key]);
    const rows = [...document.querySelectorAll("li")];
    return { lists: page.renders.list - before.list, again, count: rows.length, text: rows[7].textContent };
  });
  assert.deepEqual(seen, { lists: 1, again: [["user-7", 2]], count: 1_000, text: "user-7 away" });
});

test("a thousand rows that each follow one user: an update renders one of them", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(() => {
    const presence = new page.Presence(page.channel);
    page.show(page.views.friends(presence, 1_000));
    page.flushSync(() => page.channel.sendState(page.everybody(999)));
    const before = { ...page.renders.rows };
    const counted = page.countGets(presence);
    page.flushSync(() => page.channel.sendDiff(page.update.joins, page.update.leaves));
    const again = Object.entries(page.renders.rows).filter(([key, count]) => count !== before[key]);
    const { gets } = counted;
    const rows = [...document.querySelectorAll("li")].map(({ textContent }) => textContent);
    page.flushSync(() => page.channel.sendDiff({}, { "user-3": page.user("3") }));
    const left = document.querySelectorAll("li")[3].textContent;
    page.flushSync(() => page.tick());
    return { again, few: gets < 10, rows: [rows[7], rows[999]], left, untouched: page.renders.rows["user-500"] };
  });
  assert.deepEqual(seen, {
    again: [["user-7", 3]],
    few: true, // Nobody looked at all the others for it.
    rows: ["user-7 away", "user-999 offline"],
    left: "user-3 offline",
    untouched: 2,
  });
});

test("a selector renders only when what it reads differs, by its own equality", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(() => {
    const presence = new page.Presence(page.channel);
    page.flushSync(() => page.channel.sendState(page.everybody(20)));
    page.show([page.views.counter(presence), page.views.names(presence)].map((view, key) => ({ ...view, key })));
    const before = [page.renders.counter, page.renders.mapped];
    page.flushSync(() => page.channel.sendDiff(page.update.joins, page.update.leaves));
    const updated = [page.renders.counter, page.renders.mapped];
    page.flushSync(() => page.channel.sendDiff({ late: page.user("x") }));
    return { before, updated, after: [page.renders.counter, page.renders.mapped], text: page.main.textContent };
  });
  assert.deepEqual(
    [seen.before, seen.updated, seen.after],
    [
      [1, 1],
      [1, 1],
      [2, 2],
    ],
  );
  assert.match(seen.text, /^21 online.* late$/);
});

test("a selector that makes a new value each time is asked once for each roster", async () => {
  const visitor = await react.open();
  const text = await visitor.evaluate(() => {
    const presence = new page.Presence(page.channel);
    page.channel.sendState(page.everybody(2));
    page.show(page.views.fresh(presence));
    page.flushSync(() => page.channel.sendDiff({ late: page.user("x") }));
    return page.main.textContent;
  });
  assert.equal(text, "user-0 user-1 late");
});

test("the status is followed, and a selector without a Presence has nothing", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(() => {
    /** @type {any[]} */
    const classes = [];
    const note = () => classes.push(document.querySelector("ul")?.className);
    page.show(page.views.list(page.channel));
    note();
    page.flushSync(() => page.channel.sendState({}));
    note();
    page.flushSync(() => page.channel.rejoin("2"));
    note();
    page.show(page.views.counter(undefined));
    return { classes, text: page.main.textContent };
  });
  assert.deepEqual(seen, { classes: ["pending", "synced", "stale"], text: "nothing" });
});

test("unmounting keeps the Presence until the channel is left; equal options written again, in any order, make no other", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    /** @type {any[]} */
    const counts = [];
    const note = () => counts.push(page.bound(page.channel));
    const [state, diff] = ["presence_state", "presence_diff"];
    page.show(page.views.list(page.channel, { leaveGrace: 50, events: { state, diff } }));
    note();
    const { presence } = page;
    page.show(page.views.list(page.channel, { events: { diff, state }, leaveGrace: 50 }));
    page.flushSync(() => page.channel.sendState(page.everybody(3)));
    note();
    const same = presence === page.presence;
    page.unmount();
    await page.turns(3);
    note();
    page.channel.leave();
    note();
    return { counts, same, status: presence.status };
  });
  assert.deepEqual(seen, { counts: [3, 3, 3, 0], same: true, status: "closed" });
});

test("in StrictMode there is one Presence, and none after the channel was left", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    page.show(page.views.strict(page.channel));
    await Promise.resolve();
    const mounted = page.bound(page.channel);
    page.flushSync(() => page.channel.sendState(page.everybody(2)));
    const text = page.main.textContent;
    page.unmount();
    page.channel.leave();
    return { mounted, text, left: page.bound(page.channel) };
  });
  assert.deepEqual(seen, { mounted: 3, text: "user-0 hereuser-1 here", left: 0 });
});

test("two components share the channel's Presence, and one that is mounted as another goes keeps the roster", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    page.show(page.views.two(page.channel));
    const shared = page.bound(page.channel);
    page.flushSync(() => page.channel.sendState(page.everybody(1)));
    const both = page.main.textContent;
    page.show(page.views.other(page.channel));
    await Promise.resolve();
    const kept = [page.main.textContent, page.bound(page.channel)];
    const other = page.newChannel();
    page.show(page.views.other(other));
    await Promise.resolve();
    const switched = [page.main.textContent, page.bound(page.channel), page.bound(other)];
    page.show(page.views.nothing());
    other.leave();
    return { shared, both, kept, switched, left: page.bound(other) };
  });
  assert.deepEqual(seen, {
    shared: 3,
    both: "user-0 hereuser-0 here",
    kept: ["user-0 here", 3],
    switched: ["", 3, 3],
    left: 0,
  });
});

test("a Presence that the app made is used as it is, and not disposed of", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const presence = new page.Presence(page.channel);
    page.channel.sendState(page.everybody(1));
    page.show(page.views.list(presence));
    const text = page.main.textContent;
    page.unmount();
    await Promise.resolve();
    return { text, status: presence.status, same: page.presence === presence };
  });
  assert.deepEqual(seen, { text: "user-0 here", status: "synced", same: true });
});

test("a server shows nobody, and hydrating there is no mismatch", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const presence = new page.Presence(page.channel);
    page.channel.sendState(page.everybody(2));
    const html = page.serverSide(page.views.list(presence));
    page.main.innerHTML = html;
    page.hydrate(page.views.list(presence));
    return { html, text: page.main.textContent };
  });
  assert.deepEqual(seen, { html: '<ul class="pending"></ul>', text: "user-0 hereuser-1 here" });
});

test("a message in the middle of a transition tears nothing: what it mounts is of one roster", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const presence = new page.Presence(page.channel);
    page.channel.sendState(page.everybody(3));
    let rendered = false;
    let inTheMiddle = false;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      inTheMiddle = rendered && page.main.childElementCount === 0;
      page.channel.sendDiff({ late: page.user("late") });
    };
    const counts = await new Promise((resolve) => {
      const onRender = () => {
        if (!rendered) port2.postMessage("");
        rendered = true;
      };
      page.showInTransition(page.views.interrupted(presence, onRender, resolve));
    });
    return { inTheMiddle, counts };
  });
  assert.deepEqual(seen, { inTheMiddle: true, counts: [4, 4] });
});

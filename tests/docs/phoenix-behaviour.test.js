/** docs/phoenix-behaviour.md: what a client makes of what a real Phoenix sends. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../scripts/lib/run.mjs";
import { meta, user } from "../support/payloads.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

const [handler] = /```js\n(presence\.subscribe[^]*?)```/
  .exec(readFileSync(join(ROOT, "docs/phoenix-behaviour.md"), "utf8"))
  ?.slice(1) ?? [""];

test("two updates that the server has merged are one update, with the metas in joined and left", () => {
  const room = new SubscribedRoom().state({ ada: user(meta("1", { status: "here" })) });
  room.news();
  /** @type {unknown[]} */
  const seen = [];
  const show = (/** @type {string} */ key, /** @type {object[]} */ metas) => seen.push([key, metas]);
  const animate = (/** @type {unknown[]} */ ...args) => seen.push(["animate", ...args]);
  new Function("presence", "show", "animate", handler)(room.presence, show, animate);

  const away = meta("3", { status: "away", phx_ref_prev: "2" });
  room.diff({ ada: user(away) }, { ada: user(meta("1", { status: "here" })) });
  const [[change]] = room.news();
  assert.deepEqual(
    [change.type, change.updated, change.joined, change.left],
    ["update", [], [away], [meta("1", { status: "here" })]],
  );
  assert.deepEqual(seen, [["ada", [away]]]);
});

test("users whom a restarted node leaves out at first stay, with leaveGrace, and are not said to have left", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const everybody = { ada: user("1"), bob: user("2"), cy: user("3") };
  const room = new SubscribedRoom({ leaveGrace: 10_000 }).state(everybody).rejoin("2");
  room.news();
  room.state({ ada: user("1") });
  assert.deepEqual(room.keys(), ["ada", "bob", "cy"]);
  room.diff({ bob: user("2"), cy: user("3") });
  t.mock.timers.tick(10_000);
  assert.deepEqual(room.keys(), ["ada", "bob", "cy"]);
  assert.deepEqual(room.news().flat(), []);
});

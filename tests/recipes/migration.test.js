/** docs/migration.md: what stands after is run as pasted, and does what stood before with phoenix.js. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import * as phoenix from "phoenix";
import { Presence } from "phoenix-presence";

import { ROOT } from "../../scripts/lib/run.mjs";
import { FakeChannel } from "../support/fake-channel.js";
import { FullChannel } from "../support/full-channel.js";

const PAGE = readFileSync(join(ROOT, "docs/migration.md"), "utf8");

/** Sections by title: the code before, and after. @type {Record<string, { before?: string, after?: string }>} */
const SECTIONS = Object.fromEntries(
  PAGE.split(/^##+ /m)
    .slice(1)
    .map((text) => {
      const code = (/** @type {string} */ when) =>
        new RegExp(`_${when}:_[^\`]*?(?:\`[^\`\\n]+\`[^\`]*?)*\`\`\`js\\n([^]*?)\`\`\``).exec(text)?.[1];
      return [text.split("\n")[0], { before: code("Before"), after: code("After") }];
    }),
);

/** @type {Set<string>} */
const tried = new Set();

/**
 * Runs a block, with what it leaves to the reader as its arguments.
 *
 * @param {string} title
 * @param {"before" | "after"} when
 * @param {Record<string, unknown>} scope
 */
function paste(title, when, scope) {
  const code = SECTIONS[title]?.[when];
  assert.ok(code, `${title} has no code ${when}`);
  tried.add(title);
  new Function(...Object.keys(scope), code)(...Object.values(scope));
}

/** @param {string} phx_ref @param {object} [fields] */
const user = (phx_ref, fields) => ({ metas: [{ phx_ref, ...fields }] });

/** What a room looks like to the code of a section. @param {any} Class */
function room(Class) {
  const channel = new FullChannel("1");
  const presence = new Class(channel);
  /** @type {unknown[]} */
  const seen = [];
  const note = (/** @type {string} */ name) => (/** @type {unknown} */ value) => void seen.push([name, value]);
  return { channel, presence, seen, note };
}

/** Runs both sides of a section. @param {string} title @param {(kind: ReturnType<typeof room>) => Record<string, unknown>} scope @param {(channel: FullChannel) => void} happen */
function bothSides(title, scope, happen) {
  return /** @type {const} */ (["before", "after"]).map((when) => {
    const kind = room(when === "before" ? phoenix.Presence : Presence);
    paste(title, when, { presence: kind.presence, channel: kind.channel, ...scope(kind) });
    happen(kind.channel);
    return kind.seen;
  });
}

test("From phoenix.js", () => {
  const { before = "", after: then = "" } = SECTIONS["From phoenix.js"];
  tried.add("From phoenix.js");
  assert.equal(then, before.replace('"phoenix"', '"phoenix-presence"'));
});

test("An update that is not a leave and a join", (t) => {
  const scope = (/** @type {ReturnType<typeof room>} */ { note }) => ({
    entered: note("entered"),
    changed: note("changed"),
    exited: note("exited"),
  });
  const [before, then] = bothSides(t.name, scope, (channel) => {
    channel.state({ ada: user("1") });
    channel.diff({ ada: user("2", { phx_ref_prev: "1" }) }, { ada: user("1") });
    channel.diff({}, { ada: user("2") });
  });
  assert.deepEqual(then, [
    ["entered", "ada"],
    ["changed", "ada"],
    ["exited", "ada"],
  ]);
  assert.deepEqual(before, then);
});

test("More than one listener, and a way to stop", (t) => {
  const { presence, channel, seen, note } = room(Presence);
  const rendered = /** @type {(value: any) => void} */ (note("rendered"));
  const code = SECTIONS[t.name].after ?? "";
  tried.add(t.name);
  const stop = new Function("presence", "render", code.replace("stop();", "return stop;"))(presence, rendered);
  channel.state({ ada: user("1") });
  stop();
  channel.diff({ bob: user("2") });
  assert.deepEqual(seen, [["rendered", [["ada", user("1")]]]]);
});

test("One user", (t) => {
  const scope = (/** @type {ReturnType<typeof room>} */ { note }) => ({ showFriend: note("friend") });
  const [before, then] = bothSides(t.name, scope, (channel) => {
    channel.state({ ada: user("1") });
    channel.diff({ grace: user("2") });
    channel.diff({}, { grace: user("2") });
  });
  assert.deepEqual(then, [
    ["friend", false],
    ["friend", true],
    ["friend", false],
  ]);
  assert.deepEqual(before, then);
});

test("Out of date after a lost connection", (t) => {
  const scope = (/** @type {ReturnType<typeof room>} */ { note }) => ({ showStale: note("stale") });
  const [before, then] = bothSides(t.name, scope, (channel) => {
    channel.state({ ada: user("1") });
    channel.fail();
    FakeChannel.rejoin(channel, "2");
    channel.state({ ada: user("1") });
  });
  assert.deepEqual(then, [
    ["stale", false],
    ["stale", true],
    ["stale", false],
  ]);
  assert.deepEqual(before, then);
});

test("From supabase", (t) => {
  const channel = Object.assign(new FullChannel("1"), { joined: false });
  const made = Object.assign(channel, { join: () => void (channel.joined = true) });
  /** @type {unknown[]} */
  const rendered = [];
  const socket = { channel: () => made };
  paste(t.name, "after", { socket, Presence, render: (/** @type {unknown} */ rows) => rendered.push(rows) });
  assert.ok(channel.joined);
  channel.state({ ada: user("1", { status: "here" }) });
  assert.deepEqual(rendered, [["ada: here"]]);
});

after(() => {
  // React's is in the tests of the bindings.
  const withCode = Object.keys(SECTIONS).filter((title) => SECTIONS[title].after && title !== "React");
  assert.deepEqual([...tried], withCode);
});

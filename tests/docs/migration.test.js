/** docs/migration.md: what stands after is run as pasted, and shows what stood before with another client. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import * as phoenix from "phoenix";
import { Presence } from "phoenix-presence";
import WebSocket from "ws";

import { ROOT } from "../../scripts/lib/run.mjs";
import { FullChannel } from "../support/full-channel.js";
import { meta, user } from "../support/payloads.js";
import { startServer } from "../support/server.js";
import { startSupabase } from "./supabase.js";

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

test("An update that is not a leave and a join", (t) => {
  const scope = (/** @type {ReturnType<typeof room>} */ { note }) => ({
    entered: note("entered"),
    changed: note("changed"),
    exited: note("exited"),
  });
  const [before, then] = bothSides(t.name, scope, (channel) => {
    channel.sendState({ ada: user("1") });
    channel.sendDiff({ ada: user(meta("2", { phx_ref_prev: "1" })) }, { ada: user("1") });
    channel.sendDiff({}, { ada: user("2") });
  });
  assert.deepEqual(then, [
    ["entered", "ada"],
    ["changed", "ada"],
    ["exited", "ada"],
  ]);
  assert.deepEqual(before, then);
});

test("From phoenix.js", () => {
  const { before = "", after: then = "" } = SECTIONS["From phoenix.js"];
  tried.add("From phoenix.js");
  assert.equal(then, before.replace('"phoenix"', '"phoenix-presence"'));
});

test("A list by user, without writing into metas", (t) => {
  const scope = (/** @type {ReturnType<typeof room>} */ { note, presence }) => {
    // Copied, since the code before changes what it has rendered later.
    const render = (/** @type {object[]} */ rows) =>
      note("rendered")(structuredClone([rows, presence.state.ada.metas[0]]));
    return { render };
  };
  const [before, then] = bothSides(t.name, scope, (channel) => {
    channel.sendState({ ada: user("1", "2") });
  });
  const row = { phx_ref: "1", count: 2, id: "ada" };
  assert.deepEqual(before, [["rendered", [[row], row]]], "the meta in the state was written into");
  assert.deepEqual(then, [["rendered", [[row], meta("1")]]]);
});

test("More than one listener, and a way to stop", (t) => {
  const scope = (/** @type {ReturnType<typeof room>} */ { note }) => {
    const render = (/** @type {any[]} */ rows) => note("rendered")(rows.length);
    return { render, listeners: [render] };
  };
  const [before, then] = bothSides(t.name, scope, (channel) => {
    channel.sendState({ ada: user("1") });
    channel.sendDiff({ bob: user("2") });
  });
  assert.deepEqual(before, [
    ["rendered", 1],
    ["rendered", 2],
  ]);
  assert.deepEqual(then, [], "it was stopped at once");

  const { presence, channel, seen, note } = room(Presence);
  const code = SECTIONS[t.name].after ?? "";
  const stop = new Function("presence", "render", code.replace("stop();", "return stop;"))(presence, note("rendered"));
  channel.sendState({ ada: user("1") });
  stop();
  channel.sendDiff({ bob: user("2") });
  assert.deepEqual(seen, [["rendered", [["ada", user("1")]]]]);
});

test("One user", (t) => {
  const scope = (/** @type {ReturnType<typeof room>} */ { note }) => ({ showFriend: note("friend") });
  const [before, then] = bothSides(t.name, scope, (channel) => {
    channel.sendState({ ada: user("1") });
    channel.sendDiff({ grace: user("2") });
    channel.sendDiff({}, { grace: user("2") });
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
    channel.sendState({ ada: user("1") });
    channel.rejoin("2");
    channel.sendState({ ada: user("1") });
  });
  assert.deepEqual(then, [
    ["stale", false],
    ["stale", true],
    ["stale", false],
  ]);
  assert.deepEqual(before, then);
});

/** What code has rendered last, and a way to wait for it. */
function screen() {
  let shown = "";
  /** @type {(() => void)[]} */
  const waiting = [];
  return {
    /** @param {string[]} rows */
    render(rows) {
      shown = [...rows].sort().join(", ");
      for (const look of waiting.splice(0)) look();
    },
    /** @param {string} text @returns {Promise<void>} */
    async shows(text) {
      while (shown !== text) await /** @type {Promise<void>} */ (new Promise((resolve) => waiting.push(resolve)));
    },
  };
}

/** Waits until a channel of supabase's is there. @param {any} channel @returns {Promise<void>} */
const subscribed = (channel) =>
  new Promise((resolve) => channel.subscribe((/** @type {string} */ status) => status === "SUBSCRIBED" && resolve()));

/** What another member does in a room of supabase's, and what the code of a section shows of it. @param {string} title @param {"before" | "after"} when */
async function inSupabase(title, when) {
  const supabase = await startSupabase();
  try {
    const { render, shows } = screen();
    const ada = supabase.connect();
    paste(title, when, { supabase: ada, Presence, render });
    await shows("ada: here");
    const grace = supabase.connect().channel("room", { config: { presence: { key: "grace", enabled: true } } });
    await subscribed(grace);
    await grace.track({ status: "here" });
    await shows("ada: here, grace: here");
    await grace.track({ status: "away" });
    await shows("ada: here, grace: away");
    await grace.untrack();
    await shows("ada: here");
  } finally {
    await supabase.stop();
  }
}

test("From supabase: before", () => inSupabase("From supabase", "before"));

test("From supabase: after", async () => {
  const server = await startServer();
  /** @param {string} user_id */
  const connect = (user_id) => {
    const socket = new phoenix.Socket(server.wsUrl, { params: { user_id }, transport: WebSocket });
    socket.connect();
    return socket;
  };
  const [ada, bob] = ["ada", "grace"].map(connect);
  try {
    const { render, shows } = screen();
    paste("From supabase", "after", { socket: ada, Presence, render });
    await shows("ada: here");
    const grace = bob.channel("room:lobby", { status: "here" });
    grace.join();
    await shows("ada: here, grace: here");
    grace.push("update", { status: "away" });
    await shows("ada: here, grace: away");
    grace.leave();
    await shows("ada: here");
  } finally {
    await Promise.all([ada, bob].map((each) => new Promise((resolve) => each.disconnect(() => resolve(undefined)))));
    await server.stop();
  }
});

test("Staying with supabase: before", () => inSupabase("Staying with supabase", "before"));

test("Staying with supabase: after", () => inSupabase("Staying with supabase", "after"));

test("Staying with supabase: changes are by user, and without what their client leaves out", async () => {
  const code = SECTIONS["Staying with supabase"].after?.split("\n\n")[0];
  const fromSupabase = new Function(`${code}; return fromSupabase;`)();
  const supabase = await startSupabase();
  try {
    const channel = supabase.connect().channel("room", { config: { presence: { key: "ada" } } });
    const presence = new Presence(fromSupabase(channel));
    /** @type {string[]} */
    const told = [];
    const { render, shows } = screen();
    presence.subscribe((changes) => {
      for (const { type, key, joined, left, updated, reason } of changes) {
        told.push(`${type} ${key} +${joined.length} -${left.length} ~${updated.length} (${reason})`);
      }
      render(presence.list((key, { metas }) => `${key} ${metas[0].status}`));
    });
    await subscribed(channel);
    await channel.track({ status: "here" });
    await shows("ada here");
    await channel.track({ status: "away" });
    await shows("ada away");
    await channel.untrack();
    await shows("");
    assert.deepEqual(told, [
      "enter ada +1 -0 ~0 (resync)",
      "update ada +1 -1 ~0 (resync)",
      "exit ada +0 -1 ~0 (resync)",
    ]);
    assert.equal(presence.status, "synced");
  } finally {
    await supabase.stop();
  }
});

after(() => {
  const withCode = Object.keys(SECTIONS).filter((title) => SECTIONS[title].after);
  assert.deepEqual([...tried], withCode);
});

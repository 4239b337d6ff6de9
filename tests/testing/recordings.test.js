/**
 * What a real Phoenix sent for certain frames, the test server sends for the same frames.
 *
 * The clients of tests/fixtures/phoenix-1.8.12.jsonl send what they sent, on a mocked clock that follows the
 * recording's. Each must get the recorded frames in the recorded order, with the keys of every object in the recorded
 * order too; only refs, times and process ids differ. presence-server is held to the same in
 * tests/server/tests/recording.rs.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Presence as Oracle } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";

import { RECORDING } from "../parity/replay.js";

/** @typedef {import("phoenix-presence/testing").TestTransport & Record<string, any>} Transport */
/** @typedef {{ ms: number, case: string, client: string, dir: string, url: string, code: number, frame: string }} Line */

/** The cases before those that need a second node. */
const LINES = /** @type {Line[]} */ (/** @type {unknown} */ (RECORDING)).filter(
  (line) => line.client && line.dir !== "check" && line.case < "30",
);

/** Clients act at once, so that Phoenix leaves the order of what it broadcasts open. */
const CONCURRENT = ["15 burst", "16 burst leave"];

/** The channel that was recorded, as tests/fixtures/README.md describes it. */
const CHANNEL = /** @satisfies {import("phoenix-presence/testing").TestServerOptions} */ ({
  join: ({ refuse }) => (refuse === undefined ? { ok: {} } : { error: { reason: refuse } }),
  afterJoin({ delay_ms, track, ...meta }, channel) {
    const enter = () => {
      if (!channel.joined) return;
      if (track !== false) channel.track(channel.params.user_id, { ...meta, online_at: 0 });
      channel.pushState();
    };
    if (delay_ms === undefined) enter();
    else setTimeout(enter, Number(delay_ms));
  },
  handleIn: {
    track({ key, ...meta }, channel) {
      try {
        return { ok: { phx_ref: channel.track(String(key ?? channel.params.user_id), { ...meta, online_at: 0 }) } };
      } catch (error) {
        return { error: { reason: /** @type {any} */ (error).reason } };
      }
    },
    state(_, channel) {
      channel.pushState();
      return { ok: {} };
    },
    crash: (_, channel) => channel.crash(),
  },
  fetch: (topic, presences) =>
    topic.startsWith("rich:")
      ? Object.fromEntries(
          Object.entries(presences).map(([key, presence]) => [key, { ...presence, user: { name: `Name of ${key}` } }]),
        )
      : presences,
});

/** Compares frames up to the names that each server makes up. */
class Comparison {
  /** @type {Map<string, string>} */
  #ours = new Map();
  /** @type {Map<string, string>} */
  #theirs = new Map();
  count = 0;

  /** @param {string[]} theirs @param {string[]} ours @param {string} where */
  compare(theirs, ours, where) {
    assert.equal(ours.length, theirs.length, `${where}: ${ours.join("\n")}`);
    theirs.forEach((frame, at) => {
      // Text is compared, so that the order of keys counts.
      assert.equal(this.#translated(ours[at], frame), blank(frame), where);
      this.count += 1;
    });
  }

  /** Our frame without what may differ; its refs must stand for the recorded ones throughout. */
  #translated(/** @type {string} */ ours, /** @type {string} */ theirs) {
    const [here, there] = [refsIn(ours), refsIn(theirs)];
    assert.equal(here.length, there.length, ours);
    here.forEach((ref, at) => {
      if (!this.#ours.has(there[at]) && !this.#theirs.has(ref)) {
        this.#ours.set(there[at], ref);
        this.#theirs.set(ref, there[at]);
      }
      assert.equal(this.#ours.get(there[at]), ref);
      assert.equal(this.#theirs.get(ref), there[at]);
    });
    return blank(ours);
  }
}

/** @param {string} frame */
const refsIn = (frame) => [...frame.matchAll(/"phx_ref(?:_prev)?":"([^"]{16})"/g)].map(([, ref]) => ref);

/** @param {string} frame */
const blank = (frame) =>
  frame
    .replace(/("phx_ref(?:_prev)?"):"[^"]{16}"/g, '$1:"…"')
    .replace(/"online_at":\d+/g, '"online_at":0')
    .replace(/#PID<[\d.]+>/g, "#PID<…>");

/** The recorded clients, connected to a test server. */
class Clients {
  #server = createTestServer(CHANNEL);
  /** @type {Map<string, { transport: Transport, got: string[] }>} */
  #clients = new Map();

  /** @param {Line} line */
  act({ client: name, dir, url, frame, code }) {
    if (dir === "open") {
      const transport = /** @type {Transport} */ (new this.#server.transport(url));
      const got = /** @type {string[]} */ ([]);
      transport.onmessage = (/** @type {{ data: string }} */ { data }) => got.push(data);
      this.#clients.set(name, { transport, got });
    } else if (dir === "out") {
      this.#of(name).transport.send(frame);
    } else if (dir === "close") {
      this.#close(name, code);
    }
    this.flush();
  }

  flush() {
    this.#server.flush();
  }

  names() {
    return [...this.#clients.keys()];
  }

  /** What a client got since the last call. @param {string} name */
  got(name) {
    return this.#clients.get(name)?.got.splice(0) ?? [];
  }

  /** @param {string} name @param {number} code */
  #close(name, code) {
    const { transport } = this.#of(name);
    if (code === 1000) return transport.close(1000);
    const connection = this.#server.connections.find(({ url }) => url === transport.url);
    assert.ok(connection);
    if (code === 1006) connection.drop();
    else connection.close(code);
  }

  /** @param {string} name */
  #of(name) {
    const client = this.#clients.get(name);
    assert.ok(client, name);
    return client;
  }
}

/** @param {Line[]} lines @param {string} client */
const framesTo = (lines, client) =>
  lines.filter((line) => line.client === client && line.dir === "in").map(({ frame }) => frame);

/** Compares in any order: clients that did nothing got the same frames, those that joined have the same room. */
function compareConcurrent(
  /** @type {Line[]} */ lines,
  /** @type {Clients} */ clients,
  /** @type {Comparison} */ comparison,
) {
  for (const name of clients.names()) {
    const [theirs, ours] = [framesTo(lines, name), clients.got(name)];
    const acted = lines.some((line) => line.client === name && line.dir !== "in");
    if (!acted) {
      // Whose ref it is shows in what stands beside it.
      const sorted = (/** @type {string[]} */ frames) => [...frames].sort((a, b) => (blank(a) < blank(b) ? -1 : 1));
      comparison.compare(sorted(theirs), sorted(ours), `${lines[0].case}, ${name}`);
    } else if (ours.length > 0 && theirs.some((frame) => frame.includes("presence_state"))) {
      assert.equal(ours[0], theirs[0], "the reply is first");
      assert.deepEqual(roomAfter(ours), roomAfter(theirs), name);
    }
  }
}

/** The keys in a room after a state and the diffs that followed. @param {string[]} frames */
function roomAfter(frames) {
  /** @type {any} */
  let state;
  for (const [, , , event, payload] of frames.map((frame) => JSON.parse(frame))) {
    if (event === "presence_state") state = Oracle.syncState({}, payload);
    else if (event === "presence_diff" && state) state = Oracle.syncDiff(state, payload);
  }
  return Object.keys(state).sort();
}

test("every recorded frame gets the recorded answers", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const clients = new Clients();
  const comparison = new Comparison();
  let now = 0;
  const advance = (/** @type {number} */ to) => {
    t.mock.timers.tick(Math.max(0, to - now));
    now = Math.max(now, to);
    clients.flush();
  };
  for (const name of new Set(LINES.map((line) => line.case))) {
    const lines = LINES.filter((line) => line.case === name);
    for (const line of lines.filter(({ dir }) => dir !== "in")) {
      advance(line.ms);
      clients.act(line);
    }
    // Beyond the recorded end, since timers of the recorded machine were late.
    advance((lines.at(-1)?.ms ?? 0) + 50);
    if (CONCURRENT.includes(name)) {
      compareConcurrent(lines, clients, comparison);
    } else {
      for (const client of clients.names()) comparison.compare(framesTo(lines, client), clients.got(client), name);
    }
  }
  // All there are in these cases, but for those of clients that joined or left in a concurrent one.
  assert.equal(comparison.count, 98);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import fc from "fast-check";

import { check } from "../support/check.js";
import { TextRoom } from "../support/text-room.js";

const RECORDING = new URL("../fixtures/phoenix-1.8.12.jsonl", import.meta.url);
const FRAMES = readFileSync(RECORDING, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line).frame)
  .filter((frame) => frame);

const OTHERS = [
  String.raw`{"a\u00e9\n\\":[-0.5e+10,1E3,true,false,null,{"":[[[]]]}],"b":"\ud83d"}`,
  ' { "metas" : [ { "phx_ref" : "1" , "n" : 0 } ] }\r\n\t',
  '"é 日本 😀 \u2028"',
];

/** Characters that mean something in JSON, or nearly do. */
const PIECES = [..."{}[],:\"\\/-+.eE0123456789 \t\n\r\v\f\0aufnrbtl'é\u00a0\u2028\ufeff", "\\u12", "\\ud83d", "00"];

/** @param {string} text */
function isParsed(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const place = fc.integer({ min: 0, max: 9_999 }).map((part) => part / 10_000);

const mutation = fc.record({
  at: place,
  removed: fc.nat(1),
  added: fc.array(fc.constantFrom(...PIECES), { maxLength: 1 }),
});

const mutated = fc
  .record({
    text: fc.oneof(fc.constantFrom(...FRAMES, ...OTHERS), fc.json({ maxDepth: 4 })),
    mutations: fc.array(mutation, { maxLength: 2 }),
    end: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: place }),
  })
  .map(({ text, mutations, end }) => {
    for (const { at, removed, added } of mutations) {
      const from = Math.floor(at * text.length);
      text = text.slice(0, from) + added.join("") + text.slice(from + removed);
    }
    return end === null ? text : text.slice(0, Math.floor(end * text.length));
  })
  // Text frames are UTF-8, which has no lone surrogates.
  .map((text) => text.replace(/[\ud800-\udfff]/gu, "?"));

test("the scanner accepts and refuses what JSON.parse accepts and refuses", (t) => {
  const room = new TextRoom();
  const seen = { accepted: 0, refused: 0 };
  check(t, 60_000, mutated, (text) => {
    const isAccepted = isParsed(text);
    seen[isAccepted ? "accepted" : "refused"]++;
    assert.equal(room.load(text), isAccepted, JSON.stringify(text));
  });
  assert.ok(Math.min(seen.accepted, seen.refused) > 5_000, JSON.stringify(seen));
});

test("a text of any depth is scanned in a small stack", () => {
  const depth = 1_000_000;
  const room = new TextRoom();
  assert.equal(room.load("[".repeat(depth) + "]".repeat(depth)), true);
  assert.equal(room.load('{"a":'.repeat(depth) + "1" + "}".repeat(depth)), true);
  assert.equal(room.load("[".repeat(depth) + "]".repeat(depth - 1)), false);
});

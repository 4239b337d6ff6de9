/**
 * Random presences, as JSON text: hostile keys, refs of every kind, any fields beside the metas.
 *
 * Everything is text, to be parsed anew for each implementation, because phoenix.js changes what it
 * is given; and because text can say `{"__proto__": …}` and mean a key of that name. Keys and refs
 * are drawn from a pool of a few per stream, so that they meet again.
 */

import fc from "fast-check";

/** Keys that some way of keeping a table mixes up, reorders or loses. */
const HOSTILE_KEYS = [
  "",
  " ",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "toJSON",
  "length",
  "metas",
  "phx_ref",
  "0",
  "1",
  "2",
  "10",
  "4294967294",
  "4294967295",
  "4294967296",
  "9007199254740993",
  "01",
  "-0",
  "-1",
  "1.5",
  "1e3",
  "NaN",
  "\ud800",
  "\udc00",
  "\udc00\ud800",
  "👩‍👩‍👧",
  "é",
  "e\u0301",
  "\u0000",
  "undefined",
  "null",
];

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("alice", "bob", "carol", "user:1") },
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_KEYS) },
  { weight: 1, arbitrary: fc.nat({ max: 30 }).map(String) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);

/** A ref as the text of its value; `null` stands for a meta that has none. */
const ref = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 30 }).map((n) => JSON.stringify(`F${n}`)) },
  { weight: 3, arbitrary: fc.constantFrom(null, "null") },
  { weight: 3, arbitrary: fc.constantFrom("true", "false", "0", "1", '"1"', '"0"', '""', '"null"', '"undefined"') },
  { weight: 1, arbitrary: fc.constantFrom('"__proto__"', '"\\ud800"', "1.5", "-1", "1e21") },
);

/** A field that a meta or a presence may have beside what Presence knows. */
const extraField = fc.tuple(
  fc.constantFrom(
    "user",
    "online_at",
    "status",
    "__proto__",
    "constructor",
    "toJSON",
    "0",
    "length",
    "phx_ref_prev",
    "",
  ),
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('"x"', "1", "null", "{}", '{"name":"Ann","__proto__":{"admin":true}}') },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2, depthSize: "xsmall" }).map((value) => JSON.stringify(value)) },
  ),
);
const extraFields = fc.array(extraField, { maxLength: 2, size: "max" });

/** @param {(readonly [string, string])[]} entries */
export const objectText = (entries) =>
  `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;

/** The keys and refs that one stream knows. */
export const pool = fc.record({
  keys: fc.uniqueArray(key, { minLength: 1, maxLength: 6, size: "max" }),
  refs: fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(ref, { minLength: 1, maxLength: 6, size: "max" }) },
    { weight: 1, arbitrary: fc.uniqueArray(ref, { minLength: 10, maxLength: 24, size: "max" }) },
  ),
});
/** @typedef {{ keys: string[], refs: (string | null)[] }} Pool */

const MANY = 1 << 20;
const nat = fc.nat({ max: MANY });

const meta = fc.record({ ref: nat, before: extraFields, after: extraFields, bare: fc.boolean() });
const presence = fc.record({
  metas: fc.oneof(
    { weight: 8, arbitrary: fc.array(meta, { maxLength: 4, size: "max" }) },
    { weight: 1, arbitrary: fc.array(meta, { maxLength: 16, size: "max" }) },
  ),
  before: extraFields,
  after: extraFields,
  bare: fc.boolean(),
});
const presences = fc.array(fc.tuple(nat, presence), { maxLength: 5, size: "max" });

/**
 * @template T
 * @typedef {import("fast-check").Arbitrary<T>} Arbitrary
 */
/** @typedef {(pool: Pool) => string} Text text once the pool is known */

/**
 * @typedef {[name: string, text: string][]} Fields
 * @typedef {{ ref: number, before: Fields, after: Fields, bare: boolean }} Meta
 * @typedef {{ metas: Meta[], before: Fields, after: Fields, bare: boolean }} Presence
 */

/** @param {Meta} meta @param {Pool} pool */
function metaText({ ref, before, after, bare }, { refs }) {
  const text = refs[ref % refs.length];
  const own = /** @type {[string, string][]} */ (text === null ? [] : [["phx_ref", text]]);
  return objectText(bare ? own : [...before, ...own, ...after]);
}

/** @param {[key: number, presence: Presence][]} entries @param {Pool} pool */
function presencesText(entries, pool) {
  return objectText(
    entries.map(([key, { metas, before, after, bare }]) => {
      const own = /** @type {[string, string]} */ ([
        "metas",
        `[${metas.map((meta) => metaText(meta, pool)).join(",")}]`,
      ]);
      return [pool.keys[key % pool.keys.length], objectText(bare ? [own] : [...before, own, ...after])];
    }),
  );
}

/** A `presence_state`, or the state of a program. @type {Arbitrary<Text>} */
export const stateText = presences.map((entries) => (pool) => presencesText(entries, pool));

/** A `presence_diff`; a key may be on both sides. @type {Arbitrary<Text>} */
export const diffText = fc.tuple(presences, presences, fc.boolean()).map(([joins, leaves, leavesFirst]) => (pool) => {
  const sides = /** @type {[string, string][]} */ ([
    ["joins", presencesText(joins, pool)],
    ["leaves", presencesText(leaves, pool)],
  ]);
  return objectText(leavesFirst ? sides.reverse() : sides);
});

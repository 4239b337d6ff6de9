/**
 * Random streams: all that can happen to one Presence, in any order.
 *
 * Server-like streams are what a correct server sends, with cuts, rejoins and diffs before the
 * state; wild ones are any well-formed payloads over hostile keys and refs. Join refs are never
 * reused, as in phoenix.js.
 */

import fc from "fast-check";
import { diffText, pool, stateText } from "./arbitraries.js";
import { CHOOSERS } from "./driver.js";
import { serve } from "./model-server.js";

/**
 * @template T
 * @typedef {import("fast-check").Arbitrary<T>} Arbitrary
 */
/** @typedef {import("./driver.js").Step} Step */
/** @typedef {import("./driver.js").Slot} Slot */

const slot = fc.constantFrom(
  /** @type {Slot} */ ("onJoin"),
  /** @type {Slot} */ ("onLeave"),
  /** @type {Slot} */ ("onSync"),
);

/** What a program does with its Presence, whatever the server sends. @type {Arbitrary<Step>} */
const programStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant(/** @type {const} */ ("callback")),
      slot,
      replaces: fc.option(slot),
      via: fc.constantFrom(
        /** @type {const} */ ("method"),
        /** @type {const} */ ("method"),
        /** @type {const} */ ("field"),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant(/** @type {const} */ ("silence")),
      slot: fc.constantFrom(/** @type {const} */ ("onJoin"), /** @type {const} */ ("onLeave")),
      with: fc.constantFrom(null, undefined),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant(/** @type {const} */ ("list")),
      chooser: /** @type {Arbitrary<keyof typeof CHOOSERS>} */ (fc.constantFrom(...Object.keys(CHOOSERS))),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant(/** @type {const} */ ("forget")),
      field: fc.constantFrom(/** @type {const} */ ("joinRef"), /** @type {const} */ ("pendingDiffs")),
    }),
  },
);

/** Callbacks in all three slots, so that a stream without any other still shows what it does. @type {Step[]} */
const LISTENING = [
  { do: "callback", slot: "onJoin", replaces: null, via: "method" },
  { do: "callback", slot: "onLeave", replaces: null, via: "method" },
  { do: "callback", slot: "onSync", replaces: null, via: "method" },
];

const renamed = fc.uniqueArray(
  fc.constantFrom("s", "d", "presence_state", "presence_diff", "", "__proto__", "room:state"),
  {
    minLength: 2,
    maxLength: 2,
  },
);

/** @type {Arbitrary<import("./driver.js").Stream["options"]>} */
const options = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom({}, { events: undefined }) },
  { weight: 2, arbitrary: renamed.map(([state, diff]) => ({ events: { state, diff } })) },
);

/** Most programs look after every message, some have many changes to catch up with. */
const looks = fc.constantFrom(1, 1, 1, 2, 5, 10);

const wildStep = fc.oneof(
  { weight: 5, arbitrary: stateText.map((text) => (/** @type {any} */ pool) => ({ do: "state", text: text(pool) })) },
  { weight: 9, arbitrary: diffText.map((text) => (/** @type {any} */ pool) => ({ do: "diff", text: text(pool) })) },
  { weight: 2, arbitrary: fc.constant(() => ({ do: "rejoin" })) },
  { weight: 4, arbitrary: programStep.map((step) => () => step) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(stateText, fc.boolean())
      .map(([text, nullPrototype]) => (/** @type {any} */ pool) => ({ do: "assign", text: text(pool), nullPrototype })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("presence_stat", "shout", "phx_reply"), stateText)
      .map(([event, text]) => (/** @type {any} */ pool) => ({ do: "unrelated", event, text: text(pool) })),
  },
);

/** Any well-formed payloads. @type {Arbitrary<import("./driver.js").Stream>} */
export const wildStream = fc
  .record({
    pool,
    firstJoinRef: fc.oneof(
      { weight: 4, arbitrary: fc.constant("1") },
      { weight: 1, arbitrary: fc.constantFrom(1, null, undefined, "", 0) },
    ),
    options,
    frozen: fc.boolean(),
    looks,
    listening: fc.boolean(),
    numericJoinRefs: fc.boolean(),
    wild: fc.array(wildStep, { minLength: 1, maxLength: 14, size: "max" }),
  })
  .map(({ pool, firstJoinRef, options, frozen, looks, listening, numericJoinRefs, wild }) => {
    let joins = 1;
    const steps = wild.map((step) => {
      const made = /** @type {Step} */ (step(pool));
      if (made.do !== "rejoin") return made;
      joins += 1;
      return { ...made, joinRef: numericJoinRefs ? joins : String(joins) };
    });
    return { firstJoinRef, options, frozen, looks, steps: listening ? [...LISTENING, ...steps] : steps };
  });

const process = fc.nat({ max: 3 });
const field = fc.constantFrom("online", "away", "busy");
const nat = fc.nat({ max: 5 });
/** Chooses the order of keys and metas in a state. */
export const order = fc.nat({ max: 5040 });

/** What members of a room do. @type {Arbitrary<import("./model-server.js").TrackingAct>} */
export const trackingAct = fc.oneof(
  { weight: 9, arbitrary: fc.record({ act: fc.constant(/** @type {const} */ ("track")), process, key: nat, field }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant(/** @type {const} */ ("update")), process, key: nat, field }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant(/** @type {const} */ ("untrack")), process, key: nat, field }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant(/** @type {const} */ ("end")), process }) },
);

/** @type {Arbitrary<import("./model-server.js").Act>} */
const act = fc.oneof(
  { weight: 18, arbitrary: trackingAct },
  { weight: 3, arbitrary: fc.record({ act: fc.constant(/** @type {const} */ ("push state")), order }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant(/** @type {const} */ ("cut")), order }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant(/** @type {const} */ ("rejoin")), order }) },
);

const served = fc.record({
  pool,
  fetches: fc.boolean(),
  frozen: fc.boolean(),
  looks,
  before: fc.array(act, { maxLength: 6, size: "max" }),
  order,
  acts: fc.array(act, { minLength: 1, maxLength: 24, size: "max" }),
});

/**
 * What a correct server sends, and what it holds at the end, after one more rejoin and state.
 */
export const convergingStream = served.map(({ pool, fetches, frozen, looks, before, order, acts }) => {
  /** @type {import("./model-server.js").Act[]} */
  const join = [
    { act: "rejoin", order },
    { act: "push state", order },
  ];
  const { steps, server } = serve(pool.keys, fetches, [{ act: "cut", order }, ...before, ...join, ...acts, ...join]);
  /** @type {import("./driver.js").Stream} */
  const stream = { firstJoinRef: "1", options: undefined, frozen, looks, steps: [...LISTENING, ...steps] };
  return { stream, server };
});

/** What a correct server sends. @type {Arbitrary<import("./driver.js").Stream>} */
export const serverLikeStream = convergingStream.map(({ stream }) => stream);

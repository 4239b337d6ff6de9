const { expect, test } = require("@jest/globals");
const { Presence: Original } = require("phoenix");
const { Presence } = require("phoenix-presence");

test("the roster is that of phoenix.js, in jsdom and without a transform", () => {
  expect(typeof globalThis.document).toBe("object");
  expect(roster(Presence)).toEqual(roster(Original));
  console.log(JSON.stringify([roster(Original), roster(Presence)]));
});

function roster(Presence) {
  const listeners = {};
  const presence = new Presence({ on: (event, listener) => (listeners[event] = listener), joinRef: () => "1" });
  listeners.presence_state({ grace: { metas: [{ phx_ref: "g1" }] }, ada: { metas: [{ phx_ref: "a1" }] } });
  listeners.presence_diff({
    joins: { ada: { metas: [{ phx_ref: "a2" }] }, 7: { metas: [{ phx_ref: "s1" }] } },
    leaves: { grace: { metas: [{ phx_ref: "g1" }] } },
  });
  return presence.list((key, { metas }) => `${key} on ${metas.length}`);
}

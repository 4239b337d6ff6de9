// The core fails in the middle of a call: any of its functions can be made to.
let armed = false;
const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    const { exports } = Reflect.construct(target, args);
    const wrapped = Object.entries(exports).map(([name, each]) => [
      name,
      typeof each !== "function"
        ? each
        : (/** @type {unknown[]} */ ...given) => {
            if (armed) {
              armed = false;
              throw new WebAssembly.RuntimeError("unreachable");
            }
            return each(...given);
          },
    ]);
    return { exports: Object.fromEntries(wrapped) };
  },
});

const { user } = await import("../../support/payloads.js");
const { Room } = await import("../../support/room.js");
const { Presence } = await import("phoenix-presence");

const which = process.argv[2];
const first = new Room(Presence);
const second = new Room(Presence);
for (const room of [first, second]) {
  room.presence.onError((/** @type {unknown} */ error) =>
    console.error("onError must not be what hears of this", error),
  );
  room.state({ alice: user("F1") });
}
if (which === "holdDiff") first.rejoin("2");

/** @type {Record<string, () => unknown>} */
const calls = {
  state: () => first.state({ bob: user("F2") }),
  diff: () => first.diff({ bob: user("F2") }, {}),
  holdDiff: () => first.diff({ bob: user("F2") }, {}),
  syncState: () => Presence.syncState({}, { bob: user("F2") }),
  syncDiff: () => Presence.syncDiff({}, { joins: { bob: user("F2") }, leaves: {} }),
};

/** @param {() => unknown} call */
function failure(call) {
  try {
    call();
    return null;
  } catch (error) {
    const { message, cause } = /** @type {any} */ (error);
    return [error instanceof Error, message, cause instanceof WebAssembly.RuntimeError];
  }
}

armed = true;
const atOnce = failure(calls[which]);
const later = [
  ...Object.values(calls),
  () => second.state({}),
  () => second.diff({}, {}),
  () => new Presence({ on() {}, joinRef: () => "1" }),
].map(failure);
console.log(JSON.stringify({ atOnce, later, list: second.presence.list().length }));

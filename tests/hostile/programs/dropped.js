// A thousand Presences are used and dropped, with the channels that know them.
import { coreSizes, heapUsed } from "../../support/memory.js";
import { user } from "../../support/payloads.js";
import { Room } from "../../support/room.js";
const { Presence } = await import("phoenix-presence");

let collected = 0;
const registry = new FinalizationRegistry(() => (collected += 1));
const COUNT = 1000;

function use() {
  const room = new Room(Presence);
  const { presence } = room;
  registry.register(presence, undefined);
  registry.register(presence.state, undefined);
  presence.onJoin(() => {});
  room.diff({ waiting: user("F0") }, {});
  room.state({ alice: user("F1") });
  room.diff({ bob: user("F2") }, { alice: user("F1") });
  room.diff({ [`user:${Math.random()}`]: { metas: [null] }, carol: user("F3") }, {});
}

console.warn = () => {};
use();
heapUsed();
const before = coreSizes();
for (let n = 1; n < COUNT; n++) use();
for (let waited = 0; collected < 2 * COUNT && waited < 200; waited++) {
  heapUsed();
  // Finalizers run when the event loop turns.
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(JSON.stringify({ created: 2 * COUNT, collected, before, after: coreSizes() }));

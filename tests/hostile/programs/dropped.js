// A thousand Presences are used and dropped, with the channels that know them.
import { heap, room, taken, user } from "./measure.js";
const { Presence } = await import("phoenix-presence");

let collected = 0;
const registry = new FinalizationRegistry(() => (collected += 1));
const COUNT = 1000;

function use() {
  const { presence, state, diff } = room(Presence);
  registry.register(presence, undefined);
  registry.register(presence.state, undefined);
  presence.onJoin(() => {});
  diff({ waiting: user("F0") }, {});
  state({ alice: user("F1") });
  diff({ bob: user("F2") }, { alice: user("F1") });
  diff({ [`user:${Math.random()}`]: { metas: [null] }, carol: user("F3") }, {});
}

console.warn = () => {};
use();
heap();
const before = taken();
for (let n = 1; n < COUNT; n++) use();
for (let waited = 0; collected < 2 * COUNT && waited < 200; waited++) {
  heap();
  // Finalizers run when the event loop turns.
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(JSON.stringify({ created: 2 * COUNT, collected, before, after: taken() }));

// A million messages of every kind: good, malformed, to callbacks that throw, from inside callbacks,
// with rejoins and waiting diffs.
import { heap, room, taken, user } from "./measure.js";
const { Presence } = await import("phoenix-presence");

const KEYS = 50;
const { presence, state, diff, rejoin } = room(Presence);
let calls = 0;
let problems = 0;
presence.onError(() => (problems += 1));
presence.onJoin(() => {
  if (++calls % 1000 === 0) throw new Error("now and then");
  if (calls % 1500 === 0) diff({ inside: user(`I${calls}`) }, { inside: user(`I${calls - 1500}`) });
});
presence.onLeave(() => (calls += 1));

let sent = 0;
/** @param {number} until */
function send(until) {
  for (; sent < until; sent++) {
    const key = `user:${sent % KEYS}`;
    if (sent % 5000 === 0) rejoin();
    if (sent % 5000 === 20)
      state({ "user:1": user("S1"), "user:2": { metas: [user("S2").metas[0], user("S3").metas[0]] }, bad: 1 });
    else if (sent % 500 === 0) diff({ [key]: { metas: "malformed" } }, null);
    else if (sent % 7 === 0) diff({}, { [key]: user(`F${sent - KEYS}`) });
    else diff({ [key]: user(`F${sent}`, { n: sent }) }, { [key]: user(`F${sent - KEYS}`) });
    if (sent % 100 === 0)
      Presence.syncDiff(Presence.syncState({}, { a: user("A") }), { joins: {}, leaves: { a: user("A") } });
  }
}

send(100_000);
const [heapWarm, takenWarm] = [heap(), taken()];
send(1_100_000);
const [heapAfter, takenAfter] = [heap(), taken()];
console.log(
  JSON.stringify({ grown: heapAfter - heapWarm, takenWarm, takenAfter, calls, problems, size: presence.list().length }),
);

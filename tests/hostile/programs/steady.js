// A million messages of every kind: good, malformed, to callbacks that throw, from inside callbacks,
// with rejoins and waiting diffs.
import { coreSizes, heapUsed } from "../../support/memory.js";
import { meta, user } from "../../support/payloads.js";
import { Room } from "../../support/room.js";
const { Presence } = await import("phoenix-presence");

const KEYS = 50;
const room = new Room(Presence);
const { presence } = room;
let joins = 1;
let calls = 0;
let problems = 0;
presence.onError(() => (problems += 1));
presence.onJoin(() => {
  if (++calls % 1000 === 0) throw new Error("now and then");
  if (calls % 1500 === 0) room.diff({ inside: user(`I${calls}`) }, { inside: user(`I${calls - 1500}`) });
});
presence.onLeave(() => (calls += 1));

let sent = 0;
/** @param {number} until */
function send(until) {
  for (; sent < until; sent++) {
    const key = `user:${sent % KEYS}`;
    if (sent % 5000 === 0) room.rejoin(String(++joins));
    if (sent % 5000 === 20) room.state({ "user:1": user("S1"), "user:2": user("S2", "S3"), bad: 1 });
    else if (sent % 500 === 0) room.diff({ [key]: { metas: "malformed" } }, null);
    else if (sent % 7 === 0) room.diff({}, { [key]: user(`F${sent - KEYS}`) });
    else room.diff({ [key]: user(meta(`F${sent}`, { n: sent })) }, { [key]: user(`F${sent - KEYS}`) });
    if (sent % 100 === 0)
      Presence.syncDiff(Presence.syncState({}, { a: user("A") }), { joins: {}, leaves: { a: user("A") } });
  }
}

send(100_000);
const [heapWarm, takenWarm] = [heapUsed(), coreSizes()];
send(1_100_000);
const [heapAfter, takenAfter] = [heapUsed(), coreSizes()];
console.log(
  JSON.stringify({ grown: heapAfter - heapWarm, takenWarm, takenAfter, calls, problems, size: presence.list().length }),
);

import { stateText, connect } from "./rows.js";
const which = process.argv[2] === "before" ? "/tmp/before/pkg/dist/presence.js" : "phoenix-presence";
const { Presence } = await import(which);
const work = process.argv[3]; const N = Number(process.argv[4] ?? 1000);
const text = stateText(N);
const u = () => { const c = process.cpuUsage(); return (c.user + c.system); };
let best = Infinity;
for (let round = 0; round < 60; round++) {
  if (work === "first") {
    const rooms = Array.from({length: Math.ceil(20000/N)}, () => connect(Presence)); const p = rooms.map(() => JSON.parse(text));
    const t = u(); rooms.forEach((r, i) => r.state(p[i])); best = Math.min(best, (u() - t)/rooms.length);
  } else if (work === "join") {
    const room = connect(Presence); room.state(JSON.parse(text)); const diffs = [];
    for (let n = 0; n < 5000; n++) { const pr = `"new-${n}":{"metas":[{"phx_ref":"G${n}","a":1}]}`; diffs.push(JSON.parse(`{"joins":{${pr}},"leaves":{}}`), JSON.parse(`{"joins":{},"leaves":{${pr}}}`)); }
    const t = u(); for (const d of diffs) room.diff(d); best = Math.min(best, (u() - t)/diffs.length);
  } else if (work === "update") {
    const room = connect(Presence); room.state(JSON.parse(text)); const diffs = [];
    for (let n = 0; n < 5000; n++) diffs.push(JSON.parse(`{"joins":{"u":{"metas":[{"phx_ref":"G${n+1}","phx_ref_prev":"G${n}","a":1}]}},"leaves":{"u":{"metas":[{"phx_ref":"G${n}","a":1}]}}}`));
    const t = u(); for (const d of diffs) room.diff(d); best = Math.min(best, (u() - t)/diffs.length);
  } else if (work === "resync") {
    const room = connect(Presence); room.state(JSON.parse(text)); const p = Array.from({length: Math.ceil(20000/N)}, () => JSON.parse(text));
    const t = u(); p.forEach((x) => room.state(x)); best = Math.min(best, (u() - t)/p.length);
  } else if (work === "subscribed") {
    const room = connect(Presence); room.presence.subscribe(() => {}); room.state(JSON.parse(text)); const diffs = [];
    for (let n = 0; n < 5000; n++) diffs.push(JSON.parse(`{"joins":{"u":{"metas":[{"phx_ref":"G${n+1}","phx_ref_prev":"G${n}","a":1}]}},"leaves":{"u":{"metas":[{"phx_ref":"G${n}","a":1}]}}}`));
    const t = u(); for (const d of diffs) room.diff(d); best = Math.min(best, (u() - t)/diffs.length);
  }
}
console.log(which.slice(0,11), work, N, best.toFixed(3));

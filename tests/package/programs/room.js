// A program for the documented Presence API of phoenix.js. The tests run it as it is, then again
// with nothing but the import of Presence changed, as a module and with `require`.
import { Socket } from "phoenix";
import { Presence } from "phoenix";

// Instead of a server: what it would send.
let receive = (/** @type {unknown[]} */ ..._message) => {};
class Transport {
  readyState = 1;
  onopen = () => {};
  onmessage = (/** @type {{ data: string }} */ _) => {};

  constructor() {
    receive = (...message) => this.onmessage({ data: JSON.stringify(message) });
  }

  send() {}

  close() {
    this.readyState = 3;
  }
}

const socket = new Socket("ws://example.test/socket", {
  transport: /** @type {any} */ (Transport),
  heartbeatIntervalMs: 2 ** 31 - 1,
});
socket.connect();
const channel = socket.channel("room:lobby", {});
const presence = new Presence(channel);

const print = (/** @type {unknown[]} */ ...values) => console.log(JSON.stringify(values));

presence.onJoin((id, current, newPres) => {
  if (!current) print("user has entered for the first time", id, newPres);
  else print("user additional presence", id, current, newPres);
});
presence.onLeave((id, current, leftPres) => {
  if (current.metas.length === 0) print("user has left from all devices", id, leftPres);
  else print("user left from a device", id, current, leftPres);
});

const listBy = (/** @type {string} */ id, /** @type {any} */ { metas: [first, ...rest], user }) => ({
  id,
  name: user?.name,
  first,
  count: rest.length + 1,
});
presence.onSync(() => {
  print("sync", presence.list(), presence.list(listBy), presence.inPendingSyncState());
});

channel.join();
const joinRef = /** @type {any} */ (channel).joinRef();
print("pending at first", presence.inPendingSyncState());

const meta = (/** @type {string} */ phx_ref, /** @type {object} */ more = {}) => ({ phx_ref, ...more });
const diff = (/** @type {object} */ joins, /** @type {object} */ leaves = {}) =>
  receive(null, null, "room:lobby", "presence_diff", { joins, leaves });

receive(joinRef, joinRef, "room:lobby", "phx_reply", { status: "ok", response: {} });
diff({ early: { metas: [meta("F0")] } });
receive(joinRef, null, "room:lobby", "presence_state", {
  alice: { metas: [meta("F1", { device: "web" })], user: { name: "Alice" } },
  42: { metas: [meta("F2")] },
  early: { metas: [meta("F0")] },
});
diff({ alice: { metas: [meta("F3", { device: "phone" })], user: { name: "Alice A." } } });
diff({ alice: { metas: [meta("F4", { phx_ref_prev: "F1" })] } }, { alice: { metas: [meta("F1")] } });
diff({}, { 42: { metas: [meta("F2")] }, nobody: { metas: [meta("F9")] } });
receive(joinRef, null, "room:lobby", "presence_state", {
  bob: { metas: [meta("F5")] },
  alice: { metas: [meta("F6"), meta("F3")] },
});

let state = Presence.syncState({}, { carol: { metas: [meta("F7")] } });
state = Presence.syncDiff(
  state,
  { joins: { carol: { metas: [meta("F8")] } }, leaves: { carol: { metas: [meta("F7")] } } },
  (...joined) => print("joined", joined),
  (...left) => print("left", left),
);
print("statics", state, Presence.list(state), Presence.list(state, listBy));

const other = new Presence(socket.channel("room:other"), { events: { state: "who", diff: "change" } });
print("another channel", other.list(), other.inPendingSyncState());

socket.disconnect();

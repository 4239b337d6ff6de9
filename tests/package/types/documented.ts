// The documented Presence API of phoenix.js, as a TypeScript program uses it. The tests compile it
// with the types of phoenix, then with nothing but the import of Presence changed.
import { Channel, Socket } from "phoenix";
import { Presence } from "phoenix";

const socket = new Socket("/socket", { params: { token: "t" } });
const channel: Channel = socket.channel("room:lobby", {});
const presence = new Presence(channel);
const renamed = new Presence(channel, { events: { state: "who", diff: "change" } });

presence.onJoin((id, current, newPres) => {
  if (!current) console.log("user has entered for the first time", newPres.metas);
  else console.log("user additional presence", id, newPres);
});
presence.onLeave((id, current, leftPres) => {
  if (current.metas.length === 0) console.log("user has left from all devices", leftPres);
  else console.log("user left from a device", id, leftPres.metas[0].anything);
});
presence.onJoin(() => {});
presence.onSync(() => {
  const everyone = presence.list();
  console.log(everyone.length, everyone[0].metas[0].online_at, everyone[0].user.name);
});

const listBy = (id: string, { metas: [first, ...rest] }: any) => {
  first.count = rest.length + 1;
  first.id = id;
  return first;
};
const chosen = presence.list(listBy);
const keys: string[] = presence.list((key) => key);
const counts: number[] = presence.list<number>((_key, { metas }) => metas.length);
const pending: boolean = renamed.inPendingSyncState();

let state: object = Presence.syncState({}, { alice: { metas: [] } });
state = Presence.syncState(state, {}, (key, current, joined) => console.log(key, current, joined));
state = Presence.syncDiff(
  state,
  { joins: {}, leaves: {} },
  (key) => console.log(key),
  (_key, current, left) => console.log(current, left.metas),
);
const all: any[] = Presence.list(state);
const names: string[] = Presence.list(state, (key, _presence) => key);

class Room extends Presence {
  get names() {
    return this.list((key) => key);
  }
}
console.log(chosen, keys, counts, pending, all, names, new Room(channel).names);

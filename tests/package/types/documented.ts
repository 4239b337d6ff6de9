// Everything that @types/phoenix says of Presence, as a TypeScript program uses it. The tests compile it
// with the types of phoenix, then with nothing but the import of Presence changed.
import { Channel, Socket } from "phoenix";
import { Presence, type PresenceOnJoinCallback, type PresenceOnLeaveCallback, type PresenceOpts } from "phoenix";

const socket = new Socket("/socket", { params: { token: "t" } });
const channel: Channel = socket.channel("room:lobby", {});
const presence = new Presence(channel);
const renamed = new Presence(channel, { events: { state: "who", diff: "change" } });
const opts: PresenceOpts = {};
opts.events = { state: "who", diff: "change" };
opts.events = undefined;
const configured: Presence = new Presence(channel, opts);

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
presence.onSync(async () => {});
const onSync: () => void | Promise<void> = () => {};
presence.onSync(onSync);

// Callbacks of their own, with and without the types that are there for them.
const joins: PresenceOnJoinCallback = (key, current, joined) => console.log(key?.length, current?.metas, joined.metas);
const leaves: PresenceOnLeaveCallback = (key, current, left) => console.log(key, current.metas[0]?.device, left.user);
const either = (key?: string, before?: any, metas?: any) => console.log(key ?? "", before, metas);
function log(this: void, key?: string): void {
  console.log(key);
}
presence.onJoin(joins);
presence.onLeave(leaves);
presence.onJoin(either);
presence.onLeave(either);
presence.onJoin(log);
joins();
joins("ada", undefined, { metas: [] });
leaves("ada", { metas: [] });
const swapped: PresenceOnLeaveCallback = joins;
type JoinArguments = Parameters<PresenceOnJoinCallback>;
const called: JoinArguments = ["ada"];

interface User {
  id: string;
  online_at: number;
}
const listBy = (id: string, { metas: [first, ...rest] }: any) => {
  first.count = rest.length + 1;
  first.id = id;
  return first;
};
const chosen = presence.list(listBy);
const keys: string[] = presence.list((key) => key);
const counts: number[] = presence.list<number>((_key, { metas }) => metas.length);
const users: User[] = presence.list<User>((id, { metas }) => ({ id, online_at: metas[0].online_at }));
const asTheyAre: User[] = presence.list();
const asserted: User[] = presence.list<User>();
const sorted = presence.list((_key, { metas }) => metas[0] as User).sort((a, b) => a.online_at - b.online_at);
const maybe: Array<{ metas: unknown[] }> = presence.list(keys.length > 0 ? (_key, found) => found : undefined);
const pending: boolean = renamed.inPendingSyncState();

let state: object = Presence.syncState({}, { alice: { metas: [] } });
state = Presence.syncState(state, {}, (key, current, joined) => console.log(key, current, joined));
state = Presence.syncState(state, {}, joins, leaves);
state = Presence.syncState(state, {}, undefined, either);
state = Presence.syncDiff(state, { joins: {}, leaves: {} });
state = Presence.syncDiff(
  state,
  { joins: {}, leaves: {} },
  (key) => console.log(key),
  (_key, current, left) => console.log(current, left.metas),
);
const typed: Record<string, { metas: User[] }> = Presence.syncDiff({}, { joins: {}, leaves: {} }, joins, leaves);
const all: any[] = Presence.list(state);
const names: string[] = Presence.list(state, (key, _presence) => key);
const lengths: number[] = Presence.list<number>(typed, (_key, { metas }) => metas.length);

class Room extends Presence {
  constructor(
    readonly of: Channel,
    given?: PresenceOpts,
  ) {
    super(of, given);
  }
  get names() {
    return this.list((key) => key);
  }
  override onJoin(callback: PresenceOnJoinCallback): void {
    super.onJoin(callback);
  }
  override list<T = any>(chooser?: (key: string, presence: any) => T): T[] {
    return super.list(chooser);
  }
}
const rooms = new Map<string, Presence>([["lobby", new Room(channel, opts)]]);
const make: new (channel: Channel, opts?: PresenceOpts) => Presence = Room;
const watched: Pick<Presence, "list" | "onSync"> = presence;
const found: ReturnType<Presence["inPendingSyncState"]> = make.length > 0;

console.log(chosen, keys, counts, pending, all, names, new Room(channel).names, swapped, called, users, asTheyAre);
console.log(asserted, sorted, maybe, lengths, configured, rooms, watched, found);

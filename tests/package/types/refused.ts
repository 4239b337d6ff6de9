// What the types of phoenix-presence refuse, each with the error that says so. The tests compile this file as it is,
// and once more without its comments, to see that every error is the one that is named.
import { Presence } from "phoenix-presence";
import type {
  PresenceChange,
  PresenceChannel,
  PresenceEntry,
  PresenceExit,
  PresenceOnJoinCallback,
  PresenceOpts,
  PresenceStatus,
} from "phoenix-presence";

type Device = { status: "online" | "away" };
type Fetched = { user: { name: string } };

declare const channel: PresenceChannel;
declare const change: PresenceChange<Device, Fetched>;
declare const other: PresenceChange<Device, Fetched>;
declare const user: PresenceEntry<Device, Fetched>;
const presence = new Presence<Device, Fetched>(channel);

// A channel is needed.
// @ts-expect-error TS2554
new Presence();
// @ts-expect-error TS2741
new Presence({});
// @ts-expect-error TS2345
new Presence("room:lobby");
// @ts-expect-error TS2345
new Presence(null);
// @ts-expect-error TS2322
new Presence({ on: () => 1, state: 1 });
// @ts-expect-error TS2322
new Presence({ on: () => 1, topic: /room/ });
// @ts-expect-error TS2322
new Presence({ on: () => 1, socket: { onMessage: "phx_close" } });
// @ts-expect-error TS2322
new Presence({ on: () => 1, socket: { off: (refs: string) => refs } });

// Options have known names, and values of their types.
// @ts-expect-error TS2353
new Presence(channel, { grace: 5000 });
// @ts-expect-error TS2561
new Presence(channel, { events: { states: "who" } });
// @ts-expect-error TS2322
new Presence(channel, { leaveGrace: "5s" });
// @ts-expect-error TS2322
new Presence(channel, { resync: "client" });
// @ts-expect-error TS2322
new Presence(channel, { resync: true });
// @ts-expect-error TS2559
const named: PresenceOpts = { events: "presence_state" };

// Presences have the fields of the type parameters, and no more.
// @ts-expect-error TS2339
user.metas[0].device;
// @ts-expect-error TS2339
user.name;
// @ts-expect-error TS2367
if (user.metas[0].status === "busy") {
}
// @ts-expect-error TS2339
new Presence<Device>(channel).list((_key, { user }) => user);
// @ts-expect-error TS2322
const lines: string[] = presence.list((_key, { metas }) => metas.length);
// @ts-expect-error TS2322
presence.state = { ada: { user: { name: "Ada" }, metas: [{ status: "away" }] } };
// @ts-expect-error TS2532
presence.get("ada").user;
// @ts-expect-error TS2345
presence.get(7);

// Metas are shared with the state, so their list is read-only.
// @ts-expect-error TS2339
user.metas.sort();
// @ts-expect-error TS2339
user.metas.push({ phx_ref: "1", status: "away" });
// @ts-expect-error TS2540
user.metas = [];

// The array that entries() keeps is not to be changed.
// @ts-expect-error TS2339
presence.entries().push(["ada", user]);
// @ts-expect-error TS2339
presence.entries().sort();
// @ts-expect-error TS2542
presence.entries()[0] = ["ada", user];
// @ts-expect-error TS2540
presence.entries()[0][1] = user;
// @ts-expect-error TS4104
const mine: Array<[string, PresenceEntry<Device, Fetched>]> = presence.entries();

// Nor are the changes, which all subscribers share.
// @ts-expect-error TS2339
presence.subscribe((changes) => changes.pop());
// @ts-expect-error TS2540
change.key = "grace";
// @ts-expect-error TS2540
other.presence = user;
// @ts-expect-error TS2339
change.joined.push(user.metas[0]);
// @ts-expect-error TS2339
change.left.push(user.metas[0]);
// @ts-expect-error TS2339
change.updated.push(change.updated[0]);
// @ts-expect-error TS2540
change.updated[0].current = user.metas[0];

// What a change has depends on its type.
// @ts-expect-error TS18048
change.presence.user;
// @ts-expect-error TS18048
if (change.type !== "enter") change.presence.user;
// @ts-expect-error TS18048
if (change.type === "exit") change.presence.user;
// @ts-expect-error TS18048
if (change.type === "enter") change.previous.user;
// @ts-expect-error TS2367
if (change.type === "leave") {
}
// @ts-expect-error TS2367
if (change.reason === "reconnect") {
}
// @ts-expect-error TS2741
const exit: PresenceExit<Device> = {
  type: "exit",
  key: "ada",
  reason: "diff",
  joined: [],
  left: [],
  updated: [],
  previous: user,
};

// whenSynced takes a signal, and is resolved with nothing.
// @ts-expect-error TS2353
presence.whenSynced({ timeout: 5000 });
// @ts-expect-error TS2559
presence.whenSynced(5000);
// @ts-expect-error TS2740
presence.whenSynced({ signal: new AbortController() });
// @ts-expect-error TS2322
const synced: Promise<PresenceStatus> = presence.whenSynced();

// JSON has the keys of users, and no more of them.
// @ts-expect-error TS2339
presence.toJSON().state;
// @ts-expect-error TS2345
presence.toJSON().keys.includes(7);

// The status is one of four, and only read.
// @ts-expect-error TS2367
if (presence.status === "online") {
}
// @ts-expect-error TS2322
const status: PresenceStatus = "connected";
// @ts-expect-error TS2540
presence.status = "synced";
// @ts-expect-error TS2540
presence.size = 0;
// @ts-expect-error TS2540
presence.metaCount = 0;

// Listeners and callbacks have the parameters that they are called with.
// @ts-expect-error TS2345
presence.onJoin(1);
// @ts-expect-error TS2345
presence.onJoin((key: number) => key);
// @ts-expect-error TS2345
presence.onJoin((_key, current: PresenceEntry<Device, Fetched>) => current.user);
// @ts-expect-error TS18048
presence.onJoin((_key, current) => current.user);
// @ts-expect-error TS2345
presence.onLeave((_key, current: PresenceEntry<{ device: string }>) => current);
// @ts-expect-error TS2345
presence.onSync((message: string) => message);
// @ts-expect-error TS2345
presence.onError((error: string) => error);
// @ts-expect-error TS2345
presence.subscribe((change: PresenceChange<Device, Fetched>) => change);
// @ts-expect-error TS2345
presence.subscribe((changes: PresenceChange<Device, Fetched>[]) => changes);
// @ts-expect-error TS2345
presence.watch("ada", (changes: ReadonlyArray<PresenceChange>) => changes);
// @ts-expect-error TS2554
presence.watch(() => {});
// @ts-expect-error TS2554
presence.watch("ada");
// @ts-expect-error TS2554
presence.subscribe();
// @ts-expect-error TS2345
presence.list((key: number) => key);
// @ts-expect-error TS2345
const written: PresenceOnJoinCallback<Device> = (key) => Math.abs(key);

// A Presence of fewer fields is not one of more.
// @ts-expect-error TS2322
const more: Presence<Device & { device: string }, Fetched> = presence;
// @ts-expect-error TS2322
const withUser: Presence<Device, Fetched> = new Presence<Device>(channel);

// Members that do not exist.
// @ts-expect-error TS2551
presence.onJoined(() => {});
// @ts-expect-error TS2339
presence.track({ status: "away" });
// @ts-expect-error TS2739
Presence.syncDiff({}, {});

export { exit, lines, mine, more, named, status, synced, withUser, written };

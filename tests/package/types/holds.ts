// What the types of phoenix-presence say. Compiled by the tests, and never run.
import { expectTypeOf } from "expect-type";
import { Channel, Presence as Original, Socket } from "phoenix";
import type { PresenceOnJoinCallback as OriginalOnJoin, PresenceOnLeaveCallback as OriginalOnLeave } from "phoenix";
import { Presence } from "phoenix-presence";
import type {
  PhoenixMeta,
  PresenceChange,
  PresenceChannel,
  PresenceDiff,
  PresenceEnter,
  PresenceEntries,
  PresenceEntry,
  PresenceExit,
  PresenceMeta,
  PresenceOnJoinCallback,
  PresenceOnLeaveCallback,
  PresenceOpts,
  PresenceSocket,
  PresenceState,
  PresenceStatus,
  PresenceUpdate,
} from "phoenix-presence";

type Device = { status: "online" | "away"; online_at: number };
type Fetched = { user: { name: string } };
type Tracked = Device & PhoenixMeta;
type User = Fetched & { readonly metas: ReadonlyArray<Tracked> };

declare const channel: Channel;
const presence = new Presence<Device, Fetched>(channel);

export function channels() {
  // The channel of @types/phoenix, one of one's own, and a generic one.
  expectTypeOf<Channel>().toExtend<PresenceChannel>();
  expectTypeOf<Socket>().toExtend<PresenceSocket>();
  expectTypeOf(Presence).toBeConstructibleWith(channel);
  // @types/phoenix has no joinRef, so the types cannot require it. The constructor does.
  expectTypeOf(Presence).toBeConstructibleWith({ on: () => 1 });
  expectTypeOf(Presence).toBeConstructibleWith({ on: () => 1, off: () => {}, joinRef: () => "1" });
  const generic = (given: PresenceChannel) => new Presence(given).channel;
  expectTypeOf(generic).returns.toEqualTypeOf<PresenceChannel>();

  // The members that are used where they are there.
  expectTypeOf<PresenceChannel["state"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<PresenceChannel["topic"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<PresenceChannel["socket"]>().toEqualTypeOf<PresenceSocket | undefined>();

  // The channel of phoenix.js, as a program may type it itself: its functions may be properties.
  class Typed {
    readonly state: "closed" | "errored" | "joined" | "joining" | "leaving" = "closed";
    readonly topic = "room:lobby";
    declare readonly socket: Socket;
    declare on: (event: string, callback: (payload: unknown, ref?: string) => void) => number;
    declare off: (event: string, ref?: number) => void;
    declare joinRef: () => string;
  }
  expectTypeOf<Typed>().toExtend<PresenceChannel>();
  expectTypeOf(Presence).toBeConstructibleWith(new Typed());
  expectTypeOf(Presence).toBeConstructibleWith({
    on: (_event: string, callback: (payload: object, ref: string | null) => void) => callback({}, null),
    joinRef: () => null,
    socket: { onMessage: (callback: (message: { topic: string }) => void) => callback({ topic: "" }) },
  });
  expectTypeOf(Presence).toBeConstructibleWith({ on: () => 1, joinRef: () => "1", state: undefined, socket: {} });
}

export function options() {
  expectTypeOf<{}>().toExtend<PresenceOpts>();
  expectTypeOf<{ events: { state: string } }>().toExtend<PresenceOpts>();
  expectTypeOf<{ events: { diff: string | undefined } }>().toExtend<PresenceOpts>();
  expectTypeOf<PresenceOpts["leaveGrace"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<PresenceOpts["resync"]>().toEqualTypeOf<"server" | undefined>();
  // What is computed may turn out not to be given.
  const maybe = (given: boolean): PresenceOpts => ({
    events: given ? { state: "who", diff: "change" } : undefined,
    leaveGrace: given ? 5000 : undefined,
    resync: given ? "server" : undefined,
  });
  new Presence(channel, maybe(true));
}

export function presences() {
  expectTypeOf<PresenceMeta<Device>>().toEqualTypeOf<Tracked>();
  expectTypeOf<PresenceEntry<Device, Fetched>>().toEqualTypeOf<User>();
  expectTypeOf<PresenceEntry<Device>>().toHaveProperty("metas").toEqualTypeOf<ReadonlyArray<Tracked>>();
  expectTypeOf<PresenceState<Device, Fetched>>().toEqualTypeOf<Record<string, User>>();
  expectTypeOf<PresenceDiff<Device, Fetched>["joins"]>().toEqualTypeOf<Record<string, User>>();
  expectTypeOf<PresenceDiff<Device, Fetched>["leaves"]>().toEqualTypeOf<Record<string, User>>();
  expectTypeOf<PhoenixMeta>().toHaveProperty("phx_ref").toEqualTypeOf<string>();
  expectTypeOf<PhoenixMeta["phx_ref_prev"]>().toEqualTypeOf<string | undefined>();
  // An interface is as good as a type, and may name phx_ref itself.
  interface Named {
    phx_ref: string;
    device: string;
  }
  expectTypeOf<PresenceMeta<Named>["device"]>().toEqualTypeOf<string>();
  // What is left out of one parameter does not take from the other.
  expectTypeOf<PresenceEntry<any, Fetched>["user"]>().toEqualTypeOf<{ name: string }>();
  expectTypeOf<PresenceEntry<any, Fetched>["metas"][number]>().toBeAny();
}

export function callbacks() {
  presence.onJoin((key, current, joined) => {
    expectTypeOf(key).toEqualTypeOf<string>();
    expectTypeOf(current).toEqualTypeOf<User | undefined>();
    expectTypeOf(joined).toEqualTypeOf<User>();
  });
  presence.onLeave((key, current, left) => {
    expectTypeOf(key).toEqualTypeOf<string>();
    expectTypeOf(current).toEqualTypeOf<User>();
    expectTypeOf(left).toEqualTypeOf<User>();
  });
  presence.onError((error) => {
    expectTypeOf(error.message).toEqualTypeOf<string>();
    expectTypeOf(error.key).toEqualTypeOf<string | undefined>();
  });
  presence.onSync(async () => {});
  presence.onJoin(async () => {});

  // Written apart, they are accepted.
  const onJoin: PresenceOnJoinCallback<Device, Fetched> = (_key, current, joined) => {
    expectTypeOf(current).toEqualTypeOf<User | undefined>();
    expectTypeOf(joined).toEqualTypeOf<User>();
  };
  const onLeave: PresenceOnLeaveCallback<Device, Fetched> = (key, _current, left) => {
    expectTypeOf(key).toEqualTypeOf<string>();
    expectTypeOf(left).toEqualTypeOf<User>();
  };
  presence.onJoin(onJoin);
  presence.onLeave(onLeave);
  presence.caller.onJoin("ada", undefined, { user: { name: "Ada" }, metas: [] });
}

export function reading() {
  expectTypeOf(presence.list()).toEqualTypeOf<User[]>();
  const lines = presence.list((key, { user, metas }) => {
    expectTypeOf(user.name).toEqualTypeOf<string>();
    expectTypeOf(metas[0]!.status).toEqualTypeOf<"online" | "away">();
    return `${key}: ${metas.length}`;
  });
  expectTypeOf(lines).toEqualTypeOf<string[]>();
  // A chooser that may be missing.
  const by = (chooser?: (key: string) => number) => presence.list(chooser);
  expectTypeOf(by).returns.toEqualTypeOf<number[]>();

  expectTypeOf(presence.entries()).toEqualTypeOf<PresenceEntries<Device, Fetched>>();
  for (const [key, user] of presence.entries()) {
    expectTypeOf(key).toEqualTypeOf<string>();
    expectTypeOf(user).toEqualTypeOf<User>();
  }
  const sorted = [...presence.entries()].sort(([a], [b]) => a.localeCompare(b));
  expectTypeOf(sorted[0]![1]).toEqualTypeOf<User>();
  expectTypeOf(new Map(presence.entries())).toEqualTypeOf<Map<string, User>>();
  expectTypeOf(Object.fromEntries(presence.entries())).toEqualTypeOf<{ [key: string]: User }>();

  expectTypeOf(presence.get("ada")).toEqualTypeOf<User | undefined>();
  expectTypeOf(presence.has("ada")).toEqualTypeOf<boolean>();
  expectTypeOf(presence.size).toEqualTypeOf<number>();
  expectTypeOf(presence.metaCount).toEqualTypeOf<number>();
  expectTypeOf(presence.state).toEqualTypeOf<PresenceState<Device, Fetched>>();
  expectTypeOf(presence.pendingDiffs).toEqualTypeOf<Array<PresenceDiff<Device, Fetched>>>();
  expectTypeOf(presence.joinRef).toEqualTypeOf<string | null>();
  expectTypeOf(presence.inPendingSyncState()).toEqualTypeOf<boolean>();
  presence.state = { ada: { user: { name: "Ada" }, metas: [{ phx_ref: "1", status: "away", online_at: 1 }] } };
}

export function changes() {
  type Change = PresenceChange<Device, Fetched>;
  const ends = presence.subscribe((changes) => {
    expectTypeOf(changes).toEqualTypeOf<ReadonlyArray<Change>>();
    for (const change of changes) read(change);
  });
  expectTypeOf(ends).toEqualTypeOf<() => void>();

  const unwatch = presence.watch("ada", (change) => read(change));
  expectTypeOf(unwatch).toEqualTypeOf<() => void>();

  // Of three kinds, of which each says what there is before and after.
  function read(change: Change) {
    expectTypeOf(change.key).toEqualTypeOf<string>();
    expectTypeOf(change.reason).toEqualTypeOf<"initial" | "resync" | "diff">();
    expectTypeOf(change.joined).toEqualTypeOf<ReadonlyArray<Tracked>>();
    expectTypeOf(change.left).toEqualTypeOf<ReadonlyArray<Tracked>>();
    expectTypeOf(change.presence).toEqualTypeOf<User | undefined>();
    expectTypeOf(change.previous).toEqualTypeOf<User | undefined>();
    for (const { previous, current } of change.updated) {
      expectTypeOf(previous).toEqualTypeOf<Tracked>();
      expectTypeOf(current).toEqualTypeOf<Tracked>();
    }
    switch (change.type) {
      case "enter":
        expectTypeOf(change).toEqualTypeOf<PresenceEnter<Device, Fetched>>();
        expectTypeOf(change.presence).toEqualTypeOf<User>();
        expectTypeOf(change.previous).toEqualTypeOf<undefined>();
        return change.presence.user.name;
      case "update":
        expectTypeOf(change).toEqualTypeOf<PresenceUpdate<Device, Fetched>>();
        expectTypeOf(change.presence).toEqualTypeOf<User>();
        expectTypeOf(change.previous).toEqualTypeOf<User>();
        return change.previous.user.name;
      case "exit":
        expectTypeOf(change).toEqualTypeOf<PresenceExit<Device, Fetched>>();
        expectTypeOf(change.presence).toEqualTypeOf<undefined>();
        expectTypeOf(change.previous).toEqualTypeOf<User>();
        return change.previous.metas.length;
      default:
        expectTypeOf(change).toBeNever();
        return undefined;
    }
  }

  // Whether there is a presence tells the kind too, and so do parts taken out.
  return ({ type, presence, previous }: Change) => {
    if (type === "exit") expectTypeOf(previous).toEqualTypeOf<User>();
    else expectTypeOf(presence).toEqualTypeOf<User>();
  };
}

export function howCurrent() {
  expectTypeOf(presence.status).toEqualTypeOf<PresenceStatus>();
  expectTypeOf<PresenceStatus>().toEqualTypeOf<"pending" | "synced" | "stale" | "closed">();
  const { status } = presence;
  if (status === "pending") expectTypeOf(status).toEqualTypeOf<"pending">();
  else if (status === "synced" || status === "stale") expectTypeOf(status).toEqualTypeOf<"synced" | "stale">();
  else expectTypeOf(status).toEqualTypeOf<"closed">();
  expectTypeOf(presence.whenSynced()).toEqualTypeOf<Promise<void>>();
  expectTypeOf(presence.whenSynced({})).toEqualTypeOf<Promise<void>>();
  expectTypeOf(presence.whenSynced({ signal: new AbortController().signal })).toEqualTypeOf<Promise<void>>();
  type Wait = Parameters<Presence["whenSynced"]>[0];
  expectTypeOf<Wait>().toEqualTypeOf<{ signal?: AbortSignal | undefined } | undefined>();
  const maybe = (signal?: AbortSignal) => presence.whenSynced({ signal });
  expectTypeOf(maybe).returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf(presence.toJSON()).toEqualTypeOf<{ status: PresenceStatus; size: number; keys: string[] }>();
  expectTypeOf(presence.dispose()).toEqualTypeOf<void>();
  expectTypeOf(presence[Symbol.dispose]()).toEqualTypeOf<void>();
}

// As useSyncExternalStore of React takes them.
declare function useStore<T>(subscribe: (onChange: () => void) => () => void, read: () => T): T;

export function unbound() {
  expectTypeOf(useStore(presence.subscribe, presence.entries)).toEqualTypeOf<PresenceEntries<Device, Fetched>>();
  // Neither looks at `this`, so linters let them be passed on.
  expectTypeOf(presence.subscribe).thisParameter.toEqualTypeOf<void>();
  expectTypeOf(presence.entries).thisParameter.toEqualTypeOf<void>();
}

export function withoutTypeParameters() {
  const untyped = new Presence(channel);
  expectTypeOf(untyped).toEqualTypeOf<Presence<any, any>>();
  expectTypeOf<PresenceEntry>().toBeAny();
  expectTypeOf<PresenceMeta>().toBeAny();
  expectTypeOf<PresenceState>().toEqualTypeOf<Record<string, any>>();
  expectTypeOf<PresenceEntries>().toEqualTypeOf<ReadonlyArray<readonly [key: string, presence: any]>>();
  expectTypeOf(untyped.list()).toEqualTypeOf<any[]>();
  expectTypeOf(untyped.get("ada")).toBeAny();
  untyped.list((_key, found) => expectTypeOf(found).toBeAny());
  untyped.onJoin((key, current, joined) => {
    expectTypeOf(key).toEqualTypeOf<string>();
    expectTypeOf(current).toBeAny();
    expectTypeOf(joined).toBeAny();
  });
  untyped.subscribe(([change]) => {
    expectTypeOf(change!.joined).toEqualTypeOf<ReadonlyArray<any>>();
    expectTypeOf(change!.presence).toBeAny();
  });
  // Written apart, each is as good as that of @types/phoenix, and the other way round.
  expectTypeOf<PresenceOnJoinCallback>().toExtend<OriginalOnJoin>();
  expectTypeOf<OriginalOnJoin>().toExtend<PresenceOnJoinCallback>();
  expectTypeOf<PresenceOnLeaveCallback>().toExtend<OriginalOnLeave>();
  expectTypeOf<OriginalOnLeave>().toExtend<PresenceOnLeaveCallback>();
  // What takes a Presence of phoenix takes ours.
  expectTypeOf(untyped).toExtend<Original>();
  expectTypeOf(presence).toExtend<Original>();
  expectTypeOf(Presence.syncState({}, {})).toBeAny();
  expectTypeOf(Presence.syncDiff({}, { joins: {}, leaves: {} })).toBeAny();
  expectTypeOf(Presence.list({}, (key) => key)).toEqualTypeOf<string[]>();
}

export function whatTakesPresences() {
  // One that says more is one that says less.
  expectTypeOf(presence).toExtend<Presence>();
  expectTypeOf(presence).toExtend<Presence<Device>>();
  expectTypeOf(presence).toExtend<Presence<{ status: string }>>();
  expectTypeOf(presence).toExtend<Presence<unknown, { user: { name: string } }>>();
  expectTypeOf<PresenceEnter<Device, Fetched>>().toExtend<PresenceChange<{ status: string }>>();

  // What is made for all of them sees what all of them have, and keeps what one has.
  function firstRef<Meta, Extra>(all: Presence<Meta, Extra>): string | undefined {
    const [entry] = all.entries();
    return entry?.[1].metas[0]?.phx_ref;
  }
  expectTypeOf(firstRef(presence)).toEqualTypeOf<string | undefined>();
  function metasOf<Meta>(all: Presence<Meta>): ReadonlyArray<PresenceMeta<Meta>> {
    return all.list((_key, { metas }) => metas[0]!);
  }
  expectTypeOf(metasOf(new Presence<Device>(channel))).toEqualTypeOf<ReadonlyArray<Tracked>>();
  const select = <Meta, Extra, T>(from: Presence<Meta, Extra>, by: (presence: Presence<Meta, Extra>) => T): T =>
    by(from);
  expectTypeOf(select(presence, (it) => it.get("ada")?.user.name)).toEqualTypeOf<string | undefined>();
  const everyone = <Meta, Extra>(entries: PresenceEntries<Meta, Extra>) => entries.map(([, user]) => user);
  expectTypeOf(everyone(presence.entries())[0]!.user.name).toEqualTypeOf<string>();

  class Room extends Presence<Device> {
    get away() {
      return this.list((key, { metas }) => metas.some(({ status }) => status === "away") && key);
    }
  }
  expectTypeOf(new Room(channel).away).toEqualTypeOf<Array<string | false>>();
}

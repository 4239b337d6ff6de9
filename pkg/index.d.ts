/**
 * The `Presence` class, for Node, bundlers, pages and workers.
 *
 * @module phoenix-presence
 */

// A reference to the library esnext.disposable would be an error in compilers before 5.2, and would declare
// DisposableStack and more in projects whose `lib` is older.
declare global {
  /** @ignore */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** An instance of a global class, in programs whose `lib` has the class. */
type Instance<Name extends string, Scope = typeof globalThis> =
  Scope extends Record<Name, { prototype: infer T }> ? T : never;

/** The fields that Phoenix adds to the metadata that the server tracks. */
export interface PhoenixMeta {
  /** The name of this meta: 16 characters of URL-safe base64 from Phoenix. */
  phx_ref: string;
  /** The ref of the meta that an update replaced. */
  phx_ref_prev?: string;
}

/** The default of `Extra`: no fields beside `metas`, or `any` where `Meta` is left out too. */
export type PresenceExtra<Meta> = 0 extends 1 & Meta ? any : unknown;

/** One device or tab of a user: the tracked metadata, and the fields that Phoenix adds. */
export type PresenceMeta<Meta = any> = Meta & PhoenixMeta;

/**
 * One user: a meta for each device or tab, and the fields that the server's `fetch/2` adds. It is `any` without type
 * parameters; `Presence<{ status: string }, { user: User }>` has them.
 */
export type PresenceEntry<Meta = any, Extra = PresenceExtra<Meta>> = Extra & {
  /** One for each device or tab. */
  readonly metas: ReadonlyArray<PresenceMeta<Meta>>;
};

/** Presences by key. The `state` of a Presence has no prototype, so any string can be a key. */
export type PresenceState<Meta = any, Extra = PresenceExtra<Meta>> = Record<string, PresenceEntry<Meta, Extra>>;

/** The payload of a `presence_diff`. */
export interface PresenceDiff<Meta = any, Extra = PresenceExtra<Meta>> {
  /** The metas that joined, by key. */
  joins: PresenceState<Meta, Extra>;
  /** The metas that left, by key. */
  leaves: PresenceState<Meta, Extra>;
}

/**
 * The part of a channel that a Presence uses. The `Channel` of phoenix.js has all of it; another one needs `on` and
 * `joinRef`, and the rest is used where it is there.
 */
export interface PresenceChannel {
  /**
   * Calls `callback` for each message of this event, with its payload and its ref.
   *
   * @returns the ref for `off`
   */
  on(event: string, callback: (payload?: any, ref?: any) => void): unknown;
  /** The ref of the current join. It is required; it is optional here because `@types/phoenix` does not have it. */
  joinRef?(): unknown;
  /** Removes the callback for which `on` returned `ref`. Without it, `dispose` leaves callbacks that do nothing. */
  off?(event: string, ref?: unknown): void;
  /** Calls `callback` when the channel fails, which `status` shows. */
  onError?(callback: (reason?: unknown) => void): unknown;
  /** Calls `callback` when the channel closes, with `"leave"` when it was left. */
  onClose?(callback: (reason?: unknown) => void): unknown;
  /**
   * As in phoenix.js: `"joining"` until the server has answered a join, then `"joined"`. With it, diffs that come
   * before the answer are dropped, a refused join rejects `whenSynced`, and a Presence that was made too late says so.
   */
  readonly state?: string | undefined;
  /** The topic, by which messages of `socket` are recognised. */
  readonly topic?: string | undefined;
  /** The socket of the channel. With it, diffs of an earlier join of the topic are dropped. */
  readonly socket?: PresenceSocket | undefined;
}

/** The part of a channel's socket that a Presence uses, while a diff waits for its `presence_state`. */
export interface PresenceSocket {
  /**
   * Calls `callback` for each message of any channel.
   *
   * @returns the ref for `off`
   */
  onMessage?(callback: (message: PresenceSocketMessage) => void): unknown;
  /** Removes the callbacks for which `onMessage` returned `refs`. */
  off?(refs: unknown[]): void;
}

/** The part of a socket's message that a Presence reads. */
export interface PresenceSocketMessage {
  /** The topic of the channel. */
  topic?: string | undefined;
  /** The event, such as `phx_close`. */
  event?: string | undefined;
  /** The ref of the join that it belongs to. */
  join_ref?: string | null | undefined;
}

/** The options of a Presence. All are optional; another name is a TypeError. */
export interface PresenceOpts {
  /** The names of the server's events, where they are not `presence_state` and `presence_diff`. */
  events?:
    | {
        /** The event of a whole state. */
        state?: string | undefined;
        /** The event of a diff. */
        diff?: string | undefined;
      }
    | undefined;
  /**
   * The time in milliseconds, from 0 to 2³¹ − 1, for which a user who left stays in `entries`, `get`, `has`, `size` and
   * `metaCount`, and subscribers are not called: a return in time is an update at most. `state`, `list()` and the
   * callbacks of phoenix.js are immediate. The default is 0.
   */
  leaveGrace?: number | undefined;
  /**
   * `"server"`: a later `presence_state` also brings the fields and metas of refs that are known, and a difference is
   * an update. By default they stay as first seen, as in phoenix.js.
   */
  resync?: "server" | undefined;
}

/** The change of one user by one message. */
export type PresenceChange<Meta = any, Extra = PresenceExtra<Meta>> =
  | PresenceEnter<Meta, Extra>
  | PresenceUpdate<Meta, Extra>
  | PresenceExit<Meta, Extra>;

/** The fields that every change has. */
export interface PresenceChangeBase<Meta = any> {
  /** The key of the user. */
  readonly key: string;
  /** The metas that joined and replaced none. */
  readonly joined: ReadonlyArray<PresenceMeta<Meta>>;
  /** The metas that left and were not replaced. */
  readonly left: ReadonlyArray<PresenceMeta<Meta>>;
  /**
   * The metas that took the place of another: by `phx_ref_prev`, or, under the same ref, with other content. Phoenix
   * merges two updates within its broadcast period; the first new meta is never sent then, and there is no pair: one
   * meta is in `joined`, one in `left`.
   */
  readonly updated: ReadonlyArray<{
    /** The meta before. */
    readonly previous: PresenceMeta<Meta>;
    /** The meta that took its place. */
    readonly current: PresenceMeta<Meta>;
  }>;
  /** The message behind it: the first `presence_state`, a later one, or a `presence_diff`. */
  readonly reason: "initial" | "resync" | "diff";
}

/** A user came online. */
export interface PresenceEnter<Meta = any, Extra = PresenceExtra<Meta>> extends PresenceChangeBase<Meta> {
  /** The kind of change. */
  readonly type: "enter";
  /** The presence after the message. */
  readonly presence: PresenceEntry<Meta, Extra>;
  /** A user who came online had no presence. */
  readonly previous: undefined;
}

/**
 * A user stayed online and differs: another device, another status, other fields. Where only the order of metas or the
 * fields beside them differ, `joined`, `left` and `updated` are empty.
 */
export interface PresenceUpdate<Meta = any, Extra = PresenceExtra<Meta>> extends PresenceChangeBase<Meta> {
  /** The kind of change. */
  readonly type: "update";
  /** The presence after the message. */
  readonly presence: PresenceEntry<Meta, Extra>;
  /** The presence before the message. */
  readonly previous: PresenceEntry<Meta, Extra>;
}

/** A user went offline. */
export interface PresenceExit<Meta = any, Extra = PresenceExtra<Meta>> extends PresenceChangeBase<Meta> {
  /** The kind of change. */
  readonly type: "exit";
  /** A user who went offline has no presence. */
  readonly presence: undefined;
  /** The presence before the message. */
  readonly previous: PresenceEntry<Meta, Extra>;
}

/**
 * How current the roster is:
 *
 * - `"pending"`: no `presence_state` has come yet;
 * - `"synced"`: the `presence_state` of the current join has come;
 * - `"stale"`: the channel failed, was closed by the server or is joined again, and the next `presence_state` has not
 *   come yet;
 * - `"closed"`: the channel was left, or the Presence was disposed of.
 */
export type PresenceStatus = "pending" | "synced" | "stale" | "closed";

/** Keys and presences, in the order of `list()`. */
export type PresenceEntries<Meta = any, Extra = PresenceExtra<Meta>> = ReadonlyArray<
  readonly [key: string, presence: PresenceEntry<Meta, Extra>]
>;

/**
 * Metas joined. Without type parameters all arguments are optional, as in `@types/phoenix`.
 *
 * @param key the key of the user
 * @param currentPresence the presence before; undefined if the user came online
 * @param newPresence only the metas that joined
 */
export type PresenceOnJoinCallback<Meta = any, Extra = PresenceExtra<Meta>> = 0 extends 1 & Meta
  ? (key?: any, currentPresence?: any, newPresence?: any) => void
  : (
      key: string,
      currentPresence: PresenceEntry<Meta, Extra> | undefined,
      newPresence: PresenceEntry<Meta, Extra>,
    ) => void;

/**
 * Metas left. Without type parameters all arguments are optional, as in `@types/phoenix`.
 *
 * @param key the key of the user
 * @param currentPresence what remains; `metas` is empty when the last one left
 * @param leftPresence only the metas that left
 */
export type PresenceOnLeaveCallback<Meta = any, Extra = PresenceExtra<Meta>> = 0 extends 1 & Meta
  ? (key?: any, currentPresence?: any, leftPresence?: any) => void
  : (key: string, currentPresence: PresenceEntry<Meta, Extra>, leftPresence: PresenceEntry<Meta, Extra>) => void;

/**
 * The users who are online in a channel. A drop-in for `Presence` of phoenix.js.
 *
 * ```js
 * const channel = socket.channel("room:lobby");
 * const presence = new Presence(channel);
 * presence.onSync(() => render(presence.list()));
 * channel.join();
 * ```
 *
 * Treat presences and metas as immutable: they are the objects that the channel
 * delivered, shared between `state`, callbacks and lists.
 */
export class Presence<Meta = any, Extra = PresenceExtra<Meta>> {
  /**
   * Make it before `channel.join()`, or in the same turn. If a `presence_state` still has not come 5 s after the join
   * was answered, that is reported once: to `onError`, or else as a warning that names the cause.
   *
   * @param channel a channel that is not joined yet
   * @throws TypeError when `channel` is not a channel, or an option is unknown or has a wrong value
   * @throws Error where WebAssembly is missing or forbidden
   */
  constructor(channel: PresenceChannel, opts?: PresenceOpts);

  /** Presences by key. Another object may be assigned, but do not edit this one in place. */
  state: PresenceState<Meta, Extra>;
  /** Diffs that wait for the `presence_state` of the current join. */
  pendingDiffs: Array<PresenceDiff<Meta, Extra>>;
  /** The channel that was given to the constructor. */
  channel: PresenceChannel;
  /** The ref of the join that `state` belongs to; null before the first `presence_state`. */
  joinRef: string | null;
  /** The callbacks that are set. */
  caller: {
    /** Metas joined. */
    onJoin(
      key: string,
      currentPresence: PresenceEntry<Meta, Extra> | undefined,
      newPresence: PresenceEntry<Meta, Extra>,
    ): void;
    /** Metas left. */
    onLeave(key: string, currentPresence: PresenceEntry<Meta, Extra>, leftPresence: PresenceEntry<Meta, Extra>): void;
    /** A message was applied. */
    onSync(): void;
  };

  /**
   * Sets the callback for metas that joined, which replaces the previous one. Its arguments are the key, the presence
   * before (undefined if the user came online), and a presence with only the metas that joined.
   */
  onJoin(
    callback: (
      key: string,
      currentPresence: PresenceEntry<Meta, Extra> | undefined,
      newPresence: PresenceEntry<Meta, Extra>,
    ) => void,
  ): void;

  /**
   * Sets the callback for metas that left, which replaces the previous one. Its arguments are the key, what remains
   * (`metas` is empty when the last one left), and a presence with only the metas that left.
   */
  onLeave(
    callback: (
      key: string,
      currentPresence: PresenceEntry<Meta, Extra>,
      leftPresence: PresenceEntry<Meta, Extra>,
    ) => void,
  ): void;

  /** Sets the callback that is called after each applied message, which replaces the previous one. */
  onSync(callback: () => void): void;

  /**
   * Sets the callback for errors, which replaces the previous one. Its argument is
   *
   * - what another callback or a listener threw (an Error with it as `cause`, if it is not an Error);
   * - a TypeError that names what was malformed in a message, with the key of the presence in `key` where there is one;
   * - an Error if no `presence_state` has come 5 s after the join was answered.
   *
   * Without this callback, the first kind surfaces as an uncaught error, and the first of the others as one warning on
   * the console.
   */
  onError(callback: (error: Error & { key?: string }) => void): void;

  /** The presences, in the key order of a JavaScript object: integers ascending, then all others as they came. */
  list(): Array<PresenceEntry<Meta, Extra>>;
  /** The result of `chooser` for each presence. */
  list<T = any>(chooser?: (key: string, presence: PresenceEntry<Meta, Extra>) => T): T[];

  /**
   * Keys and presences, in the order of `list()`: made for memoised rows and `useSyncExternalStore`. It is a new array
   * if and only if a message changed the roster, for which subscribers are called (or another `state` was assigned), and
   * every user who did not change keeps the same tuple. Do not change it.
   */
  entries(this: void): PresenceEntries<Meta, Extra>;

  /** The presence of a user, in constant time; undefined if the user is offline. */
  get(key: string): PresenceEntry<Meta, Extra> | undefined;

  /** Whether a user is online, in constant time. */
  has(key: string): boolean;

  /** How many users are online, in constant time. */
  readonly size: number;

  /** How many metas (devices, tabs) all users have together, in constant time. */
  readonly metaCount: number;

  /**
   * Calls `listener` once for each message that changed the roster or `status`, after the callbacks of phoenix.js. Its
   * argument lists the changes by user. The list is empty where only `status` changed, or where users moved in the list
   * without a change (one who left and came back while diffs waited is last). A listener that is added while a message
   * is handled is called from the next message on.
   *
   * It works unbound: `useSyncExternalStore(presence.subscribe, presence.entries)`.
   *
   * @returns the function that ends the subscription; a listener may call it, too
   */
  subscribe(this: void, listener: (changes: ReadonlyArray<PresenceChange<Meta, Extra>>) => void): () => void;

  /**
   * Calls `listener` with each change of one user, who may be offline now, at a cost that does not grow with the room.
   *
   * @returns the function that ends the watch
   */
  watch(key: string, listener: (change: PresenceChange<Meta, Extra>) => void): () => void;

  /** How current the roster is. Subscribers are called when it changes. */
  readonly status: PresenceStatus;

  /**
   * Resolves when `status` is `"synced"`. It is one promise for each synchronisation: every call returns the same
   * promise until `status` leaves `"synced"` again, so React's `use` can take it. With a `signal` each call returns a
   * promise of its own, which is rejected with `signal.reason` when the signal is aborted.
   *
   * A rejection that nobody awaits is not an unhandled one.
   *
   * @throws Error (as a rejection) when the join is refused (`cause` is the server's response), the channel is left, or
   * the Presence is disposed of
   */
  whenSynced(options?: {
    /** Ends the wait when it is aborted. */
    signal?: Instance<"AbortSignal"> | undefined;
  }): Promise<void>;

  /**
   * Ends the Presence: removes its callbacks from the channel, sets `status` to `"closed"`, calls the subscribers once
   * more and removes them. The roster can still be read. It does not leave the channel.
   */
  dispose(): void;
  /** `dispose`, for `using presence = new Presence(channel)`. */
  [Symbol.dispose](): void;

  /** The status, how many users are online, and their keys: for `JSON.stringify`, and `console.log` in Node. */
  toJSON(): {
    /** How current the roster is. */
    status: PresenceStatus;
    /** How many users are online. */
    size: number;
    /** The keys of the users, in the order of `entries()`. */
    keys: string[];
  };

  /** Whether the `presence_state` of the current join has not come yet. */
  inPendingSyncState(): boolean;

  /**
   * A new state, in which `currentState` is brought to what the server says in `newState`. Neither is changed.
   *
   * @throws the first error that a callback threw, after all callbacks were called
   */
  static syncState(
    currentState: object,
    newState: object,
    onJoin?: (key: string, currentPresence: any, newPresence: any) => void,
    onLeave?: (key: string, currentPresence: any, leftPresence: any) => void,
  ): any;

  /**
   * `currentState` with `diff` applied. A `currentState` without a prototype is changed in place, unless it is frozen;
   * another one is copied.
   *
   * @throws the first error that a callback threw, after all callbacks were called
   */
  static syncDiff(
    currentState: object,
    diff: { joins: object; leaves: object },
    onJoin?: (key: string, currentPresence: any, newPresence: any) => void,
    onLeave?: (key: string, currentPresence: any, leftPresence: any) => void,
  ): any;

  /** The presences of a state, or the results of `chooser` for each. */
  static list<T = any>(presences: object, chooser?: (key: string, presence: any) => T): T[];
}

// Without this, a declaration file exports all of its types, `Instance` too.
export {};

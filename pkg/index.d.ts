/**
 * The class, for Node, bundlers, pages and workers.
 *
 * @module phoenix-presence
 */

// Not by a reference to the library esnext.disposable: compilers before 5.2 know none, and it would have projects that
// say `lib: ["es2020"]` believe in DisposableStack and more.
declare global {
  /** @ignore */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** What Phoenix adds to the metadata that you track. */
export interface PhoenixMeta {
  /** Names this meta; 16 characters of URL-safe base64 from Phoenix. */
  phx_ref: string;
  /** The ref that an update replaced. */
  phx_ref_prev?: string;
}

/** What `Extra` is where it is left out: nothing more than `metas`, and `any` where `Meta` is left out too. */
export type PresenceExtra<Meta> = 0 extends 1 & Meta ? any : unknown;

/** One device or tab of a user: what you track, and what Phoenix adds. */
export type PresenceMeta<Meta = any> = Meta & PhoenixMeta;

/**
 * A user as the server sends it: a meta for each device or tab, and the fields
 * that the server's `fetch/2` adds. `any` unless you say what you track:
 * `Presence<{ status: string }, { user: User }>`.
 */
export type PresenceEntry<Meta = any, Extra = PresenceExtra<Meta>> = Extra & {
  /** One for each device or tab. */
  readonly metas: ReadonlyArray<PresenceMeta<Meta>>;
};

/** Presences by key, without a prototype. */
export type PresenceState<Meta = any, Extra = PresenceExtra<Meta>> = Record<string, PresenceEntry<Meta, Extra>>;

/** The payload of a `presence_diff`. */
export interface PresenceDiff<Meta = any, Extra = PresenceExtra<Meta>> {
  /** Who came, with only the metas that did. */
  joins: PresenceState<Meta, Extra>;
  /** Who left, with only the metas that did. */
  leaves: PresenceState<Meta, Extra>;
}

/** What a Presence needs of a channel: phoenix.js's `Channel` has it. */
export interface PresenceChannel {
  /** Calls `callback` with the payload of each such message; what it returns is the ref for `off`. */
  on(event: string, callback: (payload?: any) => void): unknown;
  /** The ref of the current join. Optional only because `@types/phoenix` leaves it out. */
  joinRef?(): unknown;
  /** Takes away what `on` returned the ref of: without it, `dispose` leaves callbacks that do nothing. */
  off?(event: string, ref?: unknown): void;
  /** Tells `status` of a channel that fails. */
  onError?(callback: (reason?: unknown) => void): unknown;
  /** Tells `status` of a channel that closes: with `"leave"` when it was left. */
  onClose?(callback: (reason?: unknown) => void): unknown;
}

/** How a Presence is to work; all of it may be left out. */
export interface PresenceOpts {
  /** Names of the server's events, where they are not `presence_state` and `presence_diff`. */
  events?:
    | {
        /** What a room's whole state comes as. */
        state?: string | undefined;
        /** What a change of it comes as. */
        diff?: string | undefined;
      }
    | undefined;
  /**
   * For so many milliseconds a user who left stays in `entries`, `get`, `has`, `size` and `metaCount`, and
   * subscribers are not told: a return in time is an update at most. `state`, `list()` and the callbacks of
   * phoenix.js are immediate. 0 unless given.
   */
  leaveGrace?: number | undefined;
  /**
   * `"server"`: a `presence_state` also brings the fields and the metas of refs already known, and what differs is
   * an update. Unless given they stay as first seen, as in phoenix.js.
   */
  resync?: "server" | undefined;
}

/** What a message changed for one user. */
export type PresenceChange<Meta = any, Extra = PresenceExtra<Meta>> =
  | PresenceEnter<Meta, Extra>
  | PresenceUpdate<Meta, Extra>
  | PresenceExit<Meta, Extra>;

/** What every change has. */
export interface PresenceChangeBase<Meta = any> {
  /** Who. */
  readonly key: string;
  /** The metas that joined and replace none. */
  readonly joined: ReadonlyArray<PresenceMeta<Meta>>;
  /** The metas that left and were not replaced. */
  readonly left: ReadonlyArray<PresenceMeta<Meta>>;
  /** The metas that took the place of another: by `phx_ref_prev`, or, under the same ref, with other content. */
  readonly updated: ReadonlyArray<{
    /** The meta before. */
    readonly previous: PresenceMeta<Meta>;
    /** The meta that took its place. */
    readonly current: PresenceMeta<Meta>;
  }>;
  /** The first `presence_state`, a later one, or a `presence_diff`. */
  readonly reason: "initial" | "resync" | "diff";
}

/** A user came online. */
export interface PresenceEnter<Meta = any, Extra = PresenceExtra<Meta>> extends PresenceChangeBase<Meta> {
  /** What this change is. */
  readonly type: "enter";
  /** The user now. */
  readonly presence: PresenceEntry<Meta, Extra>;
  /** There was none. */
  readonly previous: undefined;
}

/** A user stayed online, and differs: another device, another status, other fields. */
export interface PresenceUpdate<Meta = any, Extra = PresenceExtra<Meta>> extends PresenceChangeBase<Meta> {
  /** What this change is. */
  readonly type: "update";
  /** The user now. */
  readonly presence: PresenceEntry<Meta, Extra>;
  /** The user before. */
  readonly previous: PresenceEntry<Meta, Extra>;
}

/** A user went offline. */
export interface PresenceExit<Meta = any, Extra = PresenceExtra<Meta>> extends PresenceChangeBase<Meta> {
  /** What this change is. */
  readonly type: "exit";
  /** Gone. */
  readonly presence: undefined;
  /** The user before. */
  readonly previous: PresenceEntry<Meta, Extra>;
}

/**
 * How current the roster is: before its first `presence_state`, in sync, not in sync since the channel failed, closed
 * or was joined again, or at its end since the channel was left or the Presence disposed of.
 */
export type PresenceStatus = "pending" | "synced" | "stale" | "closed";

/** Keys and presences, in the order of `list()`. */
export type PresenceEntries<Meta = any, Extra = PresenceExtra<Meta>> = ReadonlyArray<
  readonly [key: string, presence: PresenceEntry<Meta, Extra>]
>;

/**
 * Metas joined. Without type parameters it may be called with less, as in `@types/phoenix`.
 *
 * @param key who
 * @param currentPresence the presence before; undefined if the user just came
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
 * Metas left. Without type parameters it may be called with less, as in `@types/phoenix`.
 *
 * @param key who
 * @param currentPresence what remains; `metas` is empty when the last one left
 * @param leftPresence only the metas that left
 */
export type PresenceOnLeaveCallback<Meta = any, Extra = PresenceExtra<Meta>> = 0 extends 1 & Meta
  ? (key?: any, currentPresence?: any, leftPresence?: any) => void
  : (key: string, currentPresence: PresenceEntry<Meta, Extra>, leftPresence: PresenceEntry<Meta, Extra>) => void;

/**
 * Who is online in a channel. A drop-in for `Presence` of phoenix.js.
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
   * @param channel a channel, not joined yet
   * @throws Error where WebAssembly is missing or forbidden
   */
  constructor(channel: PresenceChannel, opts?: PresenceOpts);

  /** Presences by key. A new object may be assigned. */
  state: PresenceState<Meta, Extra>;
  /** Diffs that wait for the `presence_state` of the current join. */
  pendingDiffs: Array<PresenceDiff<Meta, Extra>>;
  /** Where the messages come from. */
  channel: PresenceChannel;
  /** The join that `state` belongs to; null before the first `presence_state`. */
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
   * Sets the callback for metas that joined, instead of the one before: it gets the key, the presence before
   * (undefined if the user just came), and a presence with only the metas that joined.
   */
  onJoin(
    callback: (
      key: string,
      currentPresence: PresenceEntry<Meta, Extra> | undefined,
      newPresence: PresenceEntry<Meta, Extra>,
    ) => void,
  ): void;

  /**
   * Sets the callback for metas that left, instead of the one before: it gets the key, what remains (`metas` is empty
   * when the last one left), and a presence with only the metas that left.
   */
  onLeave(
    callback: (
      key: string,
      currentPresence: PresenceEntry<Meta, Extra>,
      leftPresence: PresenceEntry<Meta, Extra>,
    ) => void,
  ): void;

  /** Sets the callback for after each message was applied, instead of the one before. */
  onSync(callback: () => void): void;

  /**
   * Sets the callback for errors, instead of the one before: what another
   * callback threw, or a TypeError that names what was malformed in a message,
   * with the presence's key in `key` where there is one.
   *
   * Without one, what a callback throws surfaces as an uncaught error, and the
   * first malformed message as a warning on the console.
   */
  onError(callback: (error: Error & { key?: string }) => void): void;

  /** The presences: integer keys ascending, then all others as they came. */
  list(): Array<PresenceEntry<Meta, Extra>>;
  /** What `chooser` makes of each presence. */
  list<T = any>(chooser?: (key: string, presence: PresenceEntry<Meta, Extra>) => T): T[];

  /**
   * Keys and presences, in the order of `list()`. The same array until something
   * changes, and the same tuple for everyone who did not: made for memoised rows
   * and `useSyncExternalStore`. Do not change it.
   */
  entries(this: void): PresenceEntries<Meta, Extra>;

  /** The presence of a user, in constant time; undefined if not online. */
  get(key: string): PresenceEntry<Meta, Extra> | undefined;

  /** Whether a user is online, in constant time. */
  has(key: string): boolean;

  /** How many users are online, in constant time. */
  readonly size: number;

  /** How many metas they have together (devices, tabs), in constant time. */
  readonly metaCount: number;

  /**
   * Calls `listener` once for each message that changed something, with what changed, and once, with an empty list,
   * when only `status` did. It is called when the callbacks of phoenix.js have been. Works unbound:
   * `useSyncExternalStore(presence.subscribe, presence.entries)`.
   *
   * @returns what ends it; that may be called from a listener too
   */
  subscribe(this: void, listener: (changes: ReadonlyArray<PresenceChange<Meta, Extra>>) => void): () => void;

  /**
   * Calls `listener` with each change of one user, online or not yet, at a cost that does not grow with the room.
   *
   * @returns what ends it
   */
  watch(key: string, listener: (change: PresenceChange<Meta, Extra>) => void): () => void;

  /** How current the roster is. Subscribers are told when it changes. */
  readonly status: PresenceStatus;

  /**
   * Resolves when `status` is `"synced"`, at once if it is. Without a signal, the same promise until that
   * synchronisation is over.
   * @param options.signal stops waiting: rejects with the signal's reason
   * @throws Error (as a rejection) when it is closed, or closes before, or the join is refused
   */
  whenSynced(options?: { signal?: AbortSignal }): Promise<void>;

  /**
   * Ends it: takes its callbacks from the channel, sets `status` to `"closed"`, tells subscribers so and drops them.
   * What it held can still be read. Leaving the channel is up to you.
   */
  dispose(): void;
  /** `dispose`, for `using presence = new Presence(channel)`. */
  [Symbol.dispose](): void;

  /** Whether the current join has not had its `presence_state` yet. */
  inPendingSyncState(): boolean;

  /**
   * A new state: `currentState` made what the server says in `newState`.
   * Neither is changed.
   * @throws what a callback threw first, once all of them were called
   */
  static syncState(
    currentState: object,
    newState: object,
    onJoin?: (key: string, currentPresence: any, newPresence: any) => void,
    onLeave?: (key: string, currentPresence: any, leftPresence: any) => void,
  ): any;

  /**
   * `currentState` with `diff` applied: in place if it has no prototype, else a copy.
   * @throws what a callback threw first, once all of them were called
   */
  static syncDiff(
    currentState: object,
    diff: { joins: object; leaves: object },
    onJoin?: (key: string, currentPresence: any, newPresence: any) => void,
    onLeave?: (key: string, currentPresence: any, leftPresence: any) => void,
  ): any;

  /** The presences of a state, or what `chooser` makes of each. */
  static list<T = any>(presences: object, chooser?: (key: string, presence: any) => T): T[];
}

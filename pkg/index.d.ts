/** What Phoenix adds to the metadata that you track. */
export interface PhoenixMeta {
  /** Names this meta; 16 characters of URL-safe base64 from Phoenix. */
  phx_ref: string;
  /** The ref that an update replaced. */
  phx_ref_prev?: string;
}

/**
 * A user as the server sends it: a meta for each device or tab, and the fields
 * that the server's `fetch/2` adds. `any` unless you say what you track:
 * `Presence<{ status: string }, { user: User }>`.
 */
export type PresenceEntry<Meta = any, Extra = unknown> = 0 extends 1 & Meta
  ? any
  : Extra & { metas: Array<Meta & PhoenixMeta> };

/** Presences by key, without a prototype. */
export type PresenceState<Meta = any, Extra = unknown> = Record<string, PresenceEntry<Meta, Extra>>;

/** The payload of a `presence_diff`. */
export interface PresenceDiff<Meta = any, Extra = unknown> {
  joins: PresenceState<Meta, Extra>;
  leaves: PresenceState<Meta, Extra>;
}

/** What a Presence needs of a channel: phoenix.js's `Channel` has it. */
export interface PresenceChannel {
  on(event: string, callback: (payload?: any) => void): unknown;
  /** The ref of the current join. Optional only because `@types/phoenix` leaves it out. */
  joinRef?(): unknown;
}

export interface PresenceOpts {
  /** Names of the server's events, where they are not `presence_state` and `presence_diff`. */
  events?: { state?: string; diff?: string } | undefined;
}

/**
 * Metas joined.
 * @param key who
 * @param currentPresence the presence before; undefined if the user just came
 * @param newPresence only the metas that joined
 */
export type PresenceOnJoinCallback<Meta = any, Extra = unknown> = (
  key: string,
  currentPresence: PresenceEntry<Meta, Extra> | undefined,
  newPresence: PresenceEntry<Meta, Extra>,
) => void;

/**
 * Metas left.
 * @param key who
 * @param currentPresence what remains; `metas` is empty when the last one left
 * @param leftPresence only the metas that left
 */
export type PresenceOnLeaveCallback<Meta = any, Extra = unknown> = (
  key: string,
  currentPresence: PresenceEntry<Meta, Extra>,
  leftPresence: PresenceEntry<Meta, Extra>,
) => void;

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
export class Presence<Meta = any, Extra = unknown> {
  /**
   * @param channel a channel, not joined yet
   * @throws Error where WebAssembly is missing or forbidden
   */
  constructor(channel: PresenceChannel, opts?: PresenceOpts);

  /** Presences by key. A new object may be assigned. */
  state: PresenceState<Meta, Extra>;
  /** Diffs that wait for the `presence_state` of the current join. */
  pendingDiffs: Array<PresenceDiff<Meta, Extra>>;
  channel: PresenceChannel;
  /** The join that `state` belongs to; null before the first `presence_state`. */
  joinRef: string | null;
  /** The callbacks that are set. */
  caller: {
    onJoin: PresenceOnJoinCallback<Meta, Extra>;
    onLeave: PresenceOnLeaveCallback<Meta, Extra>;
    onSync: () => void;
  };

  /** Sets the callback for metas that joined, instead of the one before. */
  onJoin(callback: PresenceOnJoinCallback<Meta, Extra>): void;

  /** Sets the callback for metas that left, instead of the one before. */
  onLeave(callback: PresenceOnLeaveCallback<Meta, Extra>): void;

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
  entries(): ReadonlyArray<readonly [key: string, presence: PresenceEntry<Meta, Extra>]>;

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
    onJoin?: PresenceOnJoinCallback,
    onLeave?: PresenceOnLeaveCallback,
  ): any;

  /**
   * `currentState` with `diff` applied: in place if it has no prototype, else a copy.
   * @throws what a callback threw first, once all of them were called
   */
  static syncDiff(
    currentState: object,
    diff: { joins: object; leaves: object },
    onJoin?: PresenceOnJoinCallback,
    onLeave?: PresenceOnLeaveCallback,
  ): any;

  /** The presences of a state, or what `chooser` makes of each. */
  static list<T = any>(presences: object, chooser?: (key: string, presence: any) => T): T[];
}

/**
 * The border between the core and JavaScript: the functions and fields that each side uses of the other.
 *
 * `values.js` and the modules of the npm package are both checked against these
 * types, and so are the functions that the core exports.
 */

/** An object whose keys are presence keys: a state, or one side of a diff. */
export type Dict = Record<string, unknown>;

/** The kind of message behind a change. */
export type Reason = "initial" | "resync" | "diff";

/** Metas of one user that joined or left: the arguments of `onJoin` or `onLeave`. */
export interface Event {
  isJoin: boolean;
  key: string;
  /** The presence before the join, if there was one; what remains after the leave. */
  current: unknown;
  /** A presence with only the metas that joined or left. */
  presence: unknown;
}

/** A change of one user. */
export interface Change {
  key: string;
  type: "enter" | "update" | "exit";
  presence: any;
  previous: any;
  joined: any[];
  left: any[];
  updated: { previous: any; current: any }[];
  reason: Reason;
}

/** The memory of one Presence between two messages, and the report on the current one. */
export interface Memory {
  /** How many keys the state has. */
  size: number;
  /** How many metas the state has. */
  metaCount: number;
  /** All keys of the state in order, after a `presence_state` into an empty one, since reading them again is slow. */
  keys: string[] | undefined;
  /** The fields that users of the class read and write. */
  fields: {
    /** The join whose state was applied. */
    joinRef: unknown;
    /** The diffs that wait for the state of the current join. */
    pendingDiffs: unknown;
  };

  /** The join under which the waiting diffs arrived. */
  waitingUnder: unknown;
  /** How many diffs wait, not counting merged ones. */
  waiting(): number;
  /** Adds a diff to those that wait. */
  addWaiting(diff: object): void;
  /** Drops the diffs that wait. */
  dropWaiting(): void;
  /** Removes and returns the diffs that wait, without the merged ones. */
  takeWaiting(): unknown[];
  /** Waiting diffs past the first thousand, merged into one. */
  merged: {
    /** The presences that joined and are still there. */
    joins: Dict;
    /** For each key, the refs that left. */
    left: Record<string, Set<unknown>>;
  };

  /** Metas that joined or left, in the order of callbacks. */
  events: Event[];
  /** Changes by user. */
  changes: Change[];
  /** The kind and the value of each problem, one after the other: see pkg/problems.js. */
  problems: unknown[];
  /** The users whose changes list their metas, where only the flag 32 asks for metas. */
  watchers: { has(key: string): boolean };
}

/**
 * What JavaScript asks of the core for one message, as a sum:
 *
 * - 1: events of joins
 * - 2: events of leaves
 * - 4: a later state brings the server's fields and metas (`resync: "server"`)
 * - 8: changes by user
 * - 16: the metas of all changes
 * - 32: the metas of changes of watched users
 * - 64: the join is not answered yet
 * - 128: an exit, with no presence before, of users who came and left with this message
 */
export type Flags = number;

/** The functions of the core: src/js/mod.rs. A `state` has no prototype, and can be written. */
export interface Core {
  /**
   * Handles a `presence_state` that arrived under `joinRef`.
   *
   * @returns (as 0 or 1) whether it was applied, and not malformed
   */
  receiveState(flags: Flags, memory: Memory, state: Dict, payload: unknown, joinRef: unknown): boolean;
  /**
   * Handles a `presence_diff` that arrived under `joinRef`.
   *
   * @returns (as 0 or 1) whether it was applied, and does not wait, was not dropped, and is not malformed
   */
  receiveDiff(flags: Flags, memory: Memory, state: Dict, payload: unknown, joinRef: unknown): boolean;
  /**
   * Reports the change that makes the presence `previous` of a user into `current`, unless they
   * are the same. A value that is not a presence counts as absent.
   */
  compare(reason: number, memory: Memory, key: string, previous: unknown, current: unknown): void;
  /** The number of metas of a presence; -1 if it is not a presence. */
  countMetas(unused: 0, memory: Memory, presence: unknown): number;
}

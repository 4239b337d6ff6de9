/**
 * Hooks for React 18 and later.
 *
 * @module phoenix-presence/react
 */

import type {
  Presence,
  PresenceChannel,
  PresenceEntries,
  PresenceEntry,
  PresenceExtra,
  PresenceOpts,
  PresenceStatus,
} from "./index.js";

/** The users who are online now; the same object until a field of it changes. */
export interface PresenceSnapshot<Meta = any, Extra = PresenceExtra<Meta>> {
  /** Keys and presences, in list order; each user who did not change keeps the same tuple. */
  readonly entries: PresenceEntries<Meta, Extra>;
  /** How current the entries are. */
  readonly status: PresenceStatus;
  /** The Presence of the entries; undefined without a source, and on a server. */
  readonly presence: Presence<Meta, Extra> | undefined;
}

/** The source of a snapshot: a channel, a Presence that you made, or neither yet. */
export type PresenceSource<Meta = any, Extra = PresenceExtra<Meta>> =
  | PresenceChannel
  | Presence<Meta, Extra>
  | null
  | undefined;

/**
 * The users who are online in a channel. The component renders again when they or the status change.
 *
 * ```tsx
 * function Room({ channel }: { channel: Channel }) {
 *   const { entries, status } = usePresence(channel);
 *   return (
 *     <ul className={status}>
 *       {entries.map(([key, { metas }]) => (
 *         <li key={key}>{key} on {metas.length} devices</li>
 *       ))}
 *     </ul>
 *   );
 * }
 * ```
 *
 * All components that use a channel share one Presence. It is made when the first of them renders, which should be
 * before the channel is joined or in the same turn, and lives until the channel is left or closed: a component that is
 * mounted later, or again, shows the roster at once. The options are those of the first component; other options have no
 * effect, and one console warning says so. It does not leave the channel. A Presence that you made yourself is used as it
 * is. On a server there are no entries and the status is `"pending"`.
 */
export function usePresence<Meta = any, Extra = PresenceExtra<Meta>>(
  source: PresenceSource<Meta, Extra>,
  options?: PresenceOpts,
): PresenceSnapshot<Meta, Extra>;

/** The presence of one user; undefined if the user is offline. The component renders again only for that user. */
export function usePresenceOf<Meta = any, Extra = PresenceExtra<Meta>>(
  presence: Presence<Meta, Extra> | null | undefined,
  key: string,
): PresenceEntry<Meta, Extra> | undefined;

/**
 * The result of `select` for a Presence; undefined while there is none. The component renders again only when the result
 * differs, by `isEqual` (by default `Object.is`).
 *
 * ```tsx
 * const online = usePresenceSelector(presence, ({ size }) => size);
 * ```
 */
export function usePresenceSelector<T, Meta = any, Extra = PresenceExtra<Meta>>(
  presence: Presence<Meta, Extra>,
  select: (presence: Presence<Meta, Extra>) => T,
  isEqual?: (one: T, other: T) => boolean,
): T;
export function usePresenceSelector<T, Meta = any, Extra = PresenceExtra<Meta>>(
  presence: Presence<Meta, Extra> | null | undefined,
  select: (presence: Presence<Meta, Extra>) => T,
  isEqual?: (one: T, other: T) => boolean,
): T | undefined;

/** What `useRoom` uses of a Socket of phoenix.js. */
export interface RoomSocket {
  /** Makes the channel of a topic. */
  channel(topic: string, params?: any): any;
  /** Whether the socket is connected. */
  isConnected(): boolean;
  /** Calls back when the socket is connected; returns a ref. */
  onOpen(callback: any): any;
  /** Calls back when the connection is lost; returns a ref. */
  onClose(callback: any): any;
  /** Calls back with each message; returns a ref. */
  onMessage(callback: any): any;
  /** Removes the callbacks of these refs. */
  off(refs: any): any;
}

/** How a room is joined. Those of the first component count: all components of a socket and topic share the room. */
export interface RoomOptions extends PresenceOpts {
  /** The join's payload, or a function that returns it for each join, a rejoin included. */
  params?: object | (() => object) | undefined;
}

/** Why a room cannot be joined. phoenix.js tries again, and when it succeeds there is no error any more. */
export interface RoomError extends Error {
  /**
   * - `"refused"`: the server refused the join; its response is the `cause`
   * - `"timeout"`: the server did not answer
   * - `"disconnected"`: `socket.connect()` was forgotten, or `socket.disconnect()` was called. While phoenix.js waits to
   *   connect again there is no error
   */
  readonly code: "refused" | "timeout" | "disconnected";
}

/**
 * How current the entries of a room are; `"failed"` when there is an error. `"closed"`: the server has closed the channel,
 * which phoenix.js does not join again; the next component that is mounted with this room does, for all.
 */
export type RoomStatus = PresenceStatus | "failed";

/** A room; the same object until a field of it changes. */
export interface RoomSnapshot<Meta = any, Extra = PresenceExtra<Meta>> {
  /** The channel, for `push` and `on`; undefined in the first render, and until the server has closed an earlier join. */
  readonly channel: any;
  /** The Presence of the channel; undefined as long as the channel is. */
  readonly presence: Presence<Meta, Extra> | undefined;
  /** Keys and presences, in list order; each user who did not change keeps the same tuple. */
  readonly entries: PresenceEntries<Meta, Extra>;
  /** How current the entries are, or `"failed"`. */
  readonly status: RoomStatus;
  /** Why the status is `"failed"`. */
  readonly error: RoomError | undefined;
}

/**
 * Joins a room when the component is mounted, and leaves it when the last component that uses it is unmounted.
 *
 * ```tsx
 * function Room({ topic }: { topic: string }) {
 *   const { entries, status, error } = useRoom(socket, topic, { params: { device: "phone" } });
 *   if (error) return <p role="alert">{error.message}</p>;
 *   return <p aria-busy={status !== "synced"}>{entries.map(([key]) => key).join(", ")}</p>;
 * }
 * ```
 *
 * Components with the same socket and topic share one channel, which StrictMode joins once. A topic that was left is
 * joined again after the server has closed the earlier join. Without a socket or a topic there is no room and the status
 * is `"pending"`, as it is on a server. The socket is yours to connect.
 *
 * @throws TypeError for a socket or a topic of another kind, and for an unknown option
 */
export function useRoom<Meta = any, Extra = PresenceExtra<Meta>>(
  socket: RoomSocket | null | undefined,
  topic: string | null | undefined,
  options?: RoomOptions,
): RoomSnapshot<Meta, Extra>;

/**
 * The presence of the user whose key is `key`: that of all their devices. The component renders again only for that user.
 */
export function useSelf<Meta = any, Extra = PresenceExtra<Meta>>(
  room: { readonly presence: Presence<Meta, Extra> | undefined },
  key: string,
): PresenceEntry<Meta, Extra> | undefined;

/** The entries of all users but the one whose key is `key`; the same array until the entries change. */
export function useOthers<Meta = any, Extra = PresenceExtra<Meta>>(
  room: { readonly entries: PresenceEntries<Meta, Extra> },
  key: string,
): PresenceEntries<Meta, Extra>;

/** How updates of one's own meta are sent. */
export interface UpdateOptions {
  /** The event that the server's `handle_in` expects: `"update"` unless given. */
  event?: string | undefined;
  /** The shortest time between two messages, in milliseconds: 50 unless given. */
  throttle?: number | undefined;
}

/**
 * A function that sends fields of one's own meta, the same one in each render.
 *
 * ```tsx
 * const update = useUpdate(room);
 * return <input onInput={() => update({ typing: true })} />;
 * ```
 *
 * The fields are merged into those that were set before, by any component of the room, and the whole is pushed as the
 * event `"update"`: at once, then at most once in each `throttle`. It is sent again after each rejoin, since the server
 * tracks a new meta then. The server has to handle the event with `Presence.update`; an error that it replies is warned
 * of once. A room that is left forgets the fields.
 */
export function useUpdate(room: { readonly channel: any }, options?: UpdateOptions): (fields: object) => void;

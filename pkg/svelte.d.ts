/**
 * Stores for Svelte 4 and later.
 *
 * @module phoenix-presence/svelte
 */

import type { Readable } from "svelte/store";

import type {
  Presence,
  PresenceChannel,
  PresenceEntries,
  PresenceEntry,
  PresenceExtra,
  PresenceOpts,
  PresenceStatus,
} from "./index.js";
import type { RoomError, RoomOptions, RoomSnapshot, RoomSocket, RoomStatus, UpdateOptions } from "./react.js";

export type { RoomError, RoomOptions, RoomSnapshot, RoomSocket, RoomStatus, UpdateOptions };

/**
 * The users who are online, from a channel or a Presence that you made.
 *
 * ```svelte
 * <script>
 *   let { channel } = $props();
 *   const room = $derived(presenceStore(channel)); // Without runes: $: room = presenceStore(channel);
 *   const entries = $derived($room.entries); // So that only changed rows are drawn again.
 * </script>
 *
 * {#each entries as [key, { metas }] (key)}
 *   <li>{key} on {metas.length} devices</li>
 * {/each}
 * ```
 *
 * All stores of a channel share one Presence. It is made for the first subscriber, which should come before the channel
 * is joined or in the same turn, and lives until the channel is left or closed: a component that is mounted later, or
 * again, shows the roster at once. The options are those of the first store; other options have no effect, and one
 * console warning says so. It does not leave the channel. On a server, where there is no `window`, a channel has no
 * entries and the status is `"pending"`.
 */
export function presenceStore<Meta = any, Extra = PresenceExtra<Meta>>(
  source: PresenceChannel | Presence<Meta, Extra> | null | undefined,
  options?: PresenceOpts,
): Readable<{
  /** Keys and presences, in list order; each user who did not change keeps the same tuple. */
  readonly entries: PresenceEntries<Meta, Extra>;
  /** How current the entries are. */
  readonly status: PresenceStatus;
  /** The Presence of the entries; undefined before there is a subscriber. */
  readonly presence: Presence<Meta, Extra> | undefined;
}>;

/** The presence of one user; undefined if the user is offline. */
export function presenceOf<Meta = any, Extra = PresenceExtra<Meta>>(
  presence: Presence<Meta, Extra> | null | undefined,
  key: string,
): Readable<PresenceEntry<Meta, Extra> | undefined>;

/**
 * A room: joined by the first subscriber, and left after the last.
 *
 * ```svelte
 * <script>
 *   let { topic } = $props();
 *   const room = $derived(roomStore(socket, topic)); // $room.entries, $room.status, $room.error
 * </script>
 * ```
 *
 * Stores with the same socket and topic share one channel. A topic that was left is joined again after the server has
 * closed the earlier join. Without a socket or a topic there is no room and the status is `"pending"`, as it is on a
 * server. The socket is yours to connect.
 *
 * @throws TypeError for a socket or a topic of another kind, and for an unknown option
 */
export function roomStore<Meta = any, Extra = PresenceExtra<Meta>>(
  socket: RoomSocket | null | undefined,
  topic: string | null | undefined,
  options?: RoomOptions,
): Readable<RoomSnapshot<Meta, Extra>>;

/** The presence of the user whose key is `key`: that of all their devices. */
export function selfOf<Meta = any, Extra = PresenceExtra<Meta>>(
  room: Readable<RoomSnapshot<Meta, Extra>>,
  key: string,
): Readable<PresenceEntry<Meta, Extra> | undefined>;

/** The entries of all users but the one whose key is `key`. */
export function othersOf<Meta = any, Extra = PresenceExtra<Meta>>(
  room: Readable<RoomSnapshot<Meta, Extra>>,
  key: string,
): Readable<PresenceEntries<Meta, Extra>>;

/**
 * A function that sends fields of one's own meta; call it while a component is initialised. The fields are merged into
 * those that were set before, by any component of the room, and the whole is pushed as the event `"update"`, at once,
 * then at most once in each `throttle` (50 ms). It is sent again after each rejoin. The server has to handle the event; an
 * error that it replies is warned of once.
 */
export function updater(room: Readable<RoomSnapshot>, options?: UpdateOptions): (fields: object) => void;

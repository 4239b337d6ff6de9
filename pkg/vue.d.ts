/**
 * Composables for Vue 3.3 and later.
 *
 * @module phoenix-presence/vue
 */

import type { ComputedRef, MaybeRefOrGetter, ShallowRef } from "vue";

import type {
  Presence,
  PresenceChannel,
  PresenceEntries,
  PresenceEntry,
  PresenceExtra,
  PresenceOpts,
  PresenceStatus,
} from "./index.js";
import type { RoomError, RoomOptions, RoomSocket, RoomStatus, UpdateOptions } from "./react.js";

export type { RoomError, RoomOptions, RoomSocket, RoomStatus, UpdateOptions };

/**
 * The users who are online, from a channel or a Presence that you made.
 *
 * ```vue
 * <script setup>
 * const props = defineProps(["channel"]);
 * const { entries, status } = usePresence(() => props.channel);
 * </script>
 *
 * <template>
 *   <li v-for="[key, { metas }] in entries" :key="key">{{ key }} on {{ metas.length }} devices</li>
 * </template>
 * ```
 *
 * Call it before the channel is joined, or in the same turn. All components that use a channel share one Presence, which
 * lives until the channel is left or closed: a component that is mounted later, or again, shows the roster at once. The
 * options are those of the first component; other options have no effect, and one console warning says so. It does not
 * leave the channel. On a server there are no entries and the status is `"pending"`.
 */
export function usePresence<Meta = any, Extra = PresenceExtra<Meta>>(
  source: MaybeRefOrGetter<PresenceChannel | Presence<Meta, Extra> | null | undefined>,
  options?: PresenceOpts,
): {
  /** Keys and presences, in list order; each user who did not change keeps the same tuple. */
  readonly entries: Readonly<ShallowRef<PresenceEntries<Meta, Extra>>>;
  /** How current the entries are. */
  readonly status: Readonly<ShallowRef<PresenceStatus>>;
  /** The Presence of the entries. */
  readonly presence: Readonly<ShallowRef<Presence<Meta, Extra> | undefined>>;
};

/** The presence of one user; undefined if the user is offline. */
export function usePresenceOf<Meta = any, Extra = PresenceExtra<Meta>>(
  presence: MaybeRefOrGetter<Presence<Meta, Extra> | null | undefined>,
  key: MaybeRefOrGetter<string>,
): Readonly<ShallowRef<PresenceEntry<Meta, Extra> | undefined>>;

/** A room, as refs. */
export interface Room<Meta = any, Extra = PresenceExtra<Meta>> {
  /** The channel, for `push` and `on`; undefined until the server has closed an earlier join. */
  readonly channel: ComputedRef<any>;
  /** The Presence of the channel; undefined as long as the channel is. */
  readonly presence: ComputedRef<Presence<Meta, Extra> | undefined>;
  /** Keys and presences, in list order; each user who did not change keeps the same tuple. */
  readonly entries: ComputedRef<PresenceEntries<Meta, Extra>>;
  /** How current the entries are, or `"failed"`. */
  readonly status: ComputedRef<RoomStatus>;
  /** Why the status is `"failed"`. */
  readonly error: ComputedRef<RoomError | undefined>;
}

/**
 * Joins a room, and leaves it when the last component that uses it is unmounted.
 *
 * ```vue
 * <script setup>
 * const { entries, error } = useRoom(socket, () => `room:${props.id}`);
 * </script>
 * ```
 *
 * Components with the same socket and topic share one channel. A topic that was left is joined again after the server has
 * closed the earlier join. Without a socket or a topic there is no room and the status is `"pending"`, as it is on a
 * server. The socket is yours to connect.
 *
 * @throws TypeError for a socket or a topic of another kind, and for an unknown option
 */
export function useRoom<Meta = any, Extra = PresenceExtra<Meta>>(
  socket: RoomSocket | null | undefined,
  topic: MaybeRefOrGetter<string | null | undefined>,
  options?: RoomOptions,
): Room<Meta, Extra>;

/** The presence of the user whose key is `key`: that of all their devices. */
export function useSelf<Meta = any, Extra = PresenceExtra<Meta>>(
  room: Room<Meta, Extra>,
  key: MaybeRefOrGetter<string>,
): Readonly<ShallowRef<PresenceEntry<Meta, Extra> | undefined>>;

/** The entries of all users but the one whose key is `key`. */
export function useOthers<Meta = any, Extra = PresenceExtra<Meta>>(
  room: Room<Meta, Extra>,
  key: MaybeRefOrGetter<string>,
): ComputedRef<PresenceEntries<Meta, Extra>>;

/**
 * A function that sends fields of one's own meta: they are merged into those that were set before, by any component of
 * the room, and the whole is pushed as the event `"update"`, at once, then at most once in each `throttle` (50 ms). It is
 * sent again after each rejoin. The server has to handle the event; an error that it replies is warned of once.
 */
export function useUpdate(room: Pick<Room, "channel">, options?: UpdateOptions): (fields: object) => void;

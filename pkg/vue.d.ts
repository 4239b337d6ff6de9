/**
 * Composables for Vue 3.3 and later.
 *
 * @module phoenix-presence/vue
 */

import type { MaybeRefOrGetter, ShallowRef } from "vue";

import type {
  Presence,
  PresenceChannel,
  PresenceEntries,
  PresenceEntry,
  PresenceExtra,
  PresenceOpts,
  PresenceStatus,
} from "./index.js";

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

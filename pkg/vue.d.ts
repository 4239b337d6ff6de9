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
 * Who is online in a channel, or in a Presence that you made.
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
 * Call it before the channel is joined. Components that follow the same channel with equal options share one Presence,
 * which ends with the last of their scopes; leaving the channel is up to you.
 */
export function usePresence<Meta = any, Extra = PresenceExtra<Meta>>(
  source: MaybeRefOrGetter<PresenceChannel | Presence<Meta, Extra> | null | undefined>,
  options?: PresenceOpts,
): {
  /** Keys and presences, in list order; the same tuple for everyone who did not change. */
  readonly entries: Readonly<ShallowRef<PresenceEntries<Meta, Extra>>>;
  /** How current they are. */
  readonly status: Readonly<ShallowRef<PresenceStatus>>;
  /** The Presence behind them. */
  readonly presence: Readonly<ShallowRef<Presence<Meta, Extra> | undefined>>;
};

/** One user's presence; undefined if not online. */
export function usePresenceOf<Meta = any, Extra = PresenceExtra<Meta>>(
  presence: MaybeRefOrGetter<Presence<Meta, Extra> | null | undefined>,
  key: MaybeRefOrGetter<string>,
): Readonly<ShallowRef<PresenceEntry<Meta, Extra> | undefined>>;

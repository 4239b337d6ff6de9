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

/**
 * Who is online in a channel, or in a Presence that you made.
 *
 * ```svelte
 * <script>
 *   let { channel } = $props();
 *   const room = $derived(presenceStore(channel)); // Without runes: $: room = presenceStore(channel);
 *   const entries = $derived($room.entries); // So that only rows that changed are drawn again.
 * </script>
 *
 * {#each entries as [key, { metas }] (key)}
 *   <li>{key} on {metas.length} devices</li>
 * {/each}
 * ```
 *
 * The Presence is made with the first subscriber, which should be there before the channel is joined, and ends with the
 * last. Stores of the same channel with equal options share it. Leaving the channel is up to you.
 */
export function presenceStore<Meta = any, Extra = PresenceExtra<Meta>>(
  source: PresenceChannel | Presence<Meta, Extra> | null | undefined,
  options?: PresenceOpts,
): Readable<{
  /** Keys and presences, in list order; the same tuple for everyone who did not change. */
  readonly entries: PresenceEntries<Meta, Extra>;
  /** How current they are. */
  readonly status: PresenceStatus;
  /** The Presence behind them; undefined while nobody subscribes. */
  readonly presence: Presence<Meta, Extra> | undefined;
}>;

/** One user's presence; undefined if not online. */
export function presenceOf<Meta = any, Extra = PresenceExtra<Meta>>(
  presence: Presence<Meta, Extra> | null | undefined,
  key: string,
): Readable<PresenceEntry<Meta, Extra> | undefined>;

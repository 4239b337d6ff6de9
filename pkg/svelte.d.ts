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

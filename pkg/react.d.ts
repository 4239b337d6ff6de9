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
 * ```jsx
 * function Room({ channel }) {
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
 * ```jsx
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

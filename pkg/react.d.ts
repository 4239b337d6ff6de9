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

/** Who is online now; the same object until something in it changes. */
export interface PresenceSnapshot<Meta = any, Extra = PresenceExtra<Meta>> {
  /** Keys and presences, in list order; the same tuple for everyone who did not change. */
  readonly entries: PresenceEntries<Meta, Extra>;
  /** How current they are. */
  readonly status: PresenceStatus;
  /** The Presence behind them; undefined in the first render of a channel, and on a server. */
  readonly presence: Presence<Meta, Extra> | undefined;
}

/** What can be followed: a channel, a Presence that you made, or neither yet. */
export type PresenceSource<Meta = any, Extra = PresenceExtra<Meta>> =
  | PresenceChannel
  | Presence<Meta, Extra>
  | null
  | undefined;

/**
 * Who is online in a channel. The component renders again when that changes.
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
 * Components that follow the same channel with equal options share one Presence. It is made when the first of them is
 * mounted, which should be before the channel is joined, and disposed of with the last; leaving the channel is up to
 * you. A Presence that you made yourself is used as it is. On a server nobody is online and the status is `"pending"`.
 */
export function usePresence<Meta = any, Extra = PresenceExtra<Meta>>(
  source: PresenceSource<Meta, Extra>,
  options?: PresenceOpts,
): PresenceSnapshot<Meta, Extra>;

/** One user's presence; undefined if not online. The component renders again only for that user. */
export function usePresenceOf<Meta = any, Extra = PresenceExtra<Meta>>(
  presence: Presence<Meta, Extra> | null | undefined,
  key: string,
): PresenceEntry<Meta, Extra> | undefined;

/**
 * What `select` makes of a Presence; undefined while there is none. The component renders again only when that
 * differs, by `isEqual` (`Object.is` unless given).
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

// Generates the messages of a busy room, as the text that a server would send. The same seed gives
// the same messages, and every leave and update is of a user who is in the room at that moment.

/** @typedef {{ users: number, perSecond: number, count: number }} Plan the number of users, and of events, in total and per second */

const STATUSES = ["online", "away", "busy"];

/** Numbers from 0 to 1, the same for the same seed: mulberry32. @param {number} seed */
function randomFrom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * @param {Plan} plan
 * @param {number} [seed]
 * @returns {{ state: string, diffs: string[] }} a presence_state, then presence_diffs
 */
export function busyEvents({ users, count }, seed = 1) {
  const random = randomFrom(seed);
  let refs = 0;
  let people = 0;
  const newRef = () => `F${String(refs++).padStart(15, "0")}`;
  const newUser = () => {
    const number = people++;
    const meta = { phx_ref: newRef(), name: `User ${number}`, status: STATUSES[number % 3], online_at: 1795489092 };
    return { key: `user-${number}`, meta };
  };
  /** @param {{ key: string, meta: object }} user */
  const presence = ({ key, meta }) => ({ [key]: { metas: [meta] } });

  const there = Array.from({ length: users }, newUser);
  const state = JSON.stringify(Object.assign({}, ...there.map(presence)));

  const diffs = Array.from({ length: count }, () => {
    const kind = random();
    if (kind < 0.25) {
      const user = newUser();
      there.push(user);
      return { joins: presence(user), leaves: {} };
    }
    if (kind < 0.5) {
      const [user] = there.splice(Math.floor(random() * there.length), 1);
      return { joins: {}, leaves: presence(user) };
    }
    // Some users change more often than others: a sixth of the changes are of the 50 that are drawn.
    const at = Math.floor(random() ** 3 * there.length);
    const { key, meta } = there[at];
    const status = STATUSES[(STATUSES.indexOf(meta.status) + 1) % 3];
    const changed = { key, meta: { ...meta, phx_ref: newRef(), phx_ref_prev: meta.phx_ref, status } };
    there[at] = changed;
    return { joins: presence(changed), leaves: presence({ key, meta }) };
  });
  return { state, diffs: diffs.map((diff) => JSON.stringify(diff)) };
}

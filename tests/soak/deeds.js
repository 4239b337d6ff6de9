/**
 * What a client may do.
 *
 * Invariant: a deed ends when its effect has been answered, or with the life in which it was begun;
 * then the client has the state of its current life, or is gone.
 */

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./random.js").Random} Random */

/** Keys beside the user's own, so that one channel tracks several. */
const EXTRA_KEYS = ["bot", "7", "__proto__", "10"];

/** @typedef {(client: Client, random: Random) => Promise<void>} Deed */

/** @type {Deed} */
async function update(client, random) {
  const keys = [...client.tracked];
  if (keys.length === 0) return track(client, random);
  await client.push("update", { key: random.pick(keys), n: random.below(1000) });
}

/** @type {Deed} */
async function track(client, random) {
  const keys = [client.place.userId, ...EXTRA_KEYS].filter((key) => !client.tracked.has(key));
  if (keys.length === 0) return untrack(client, random);
  const key = random.pick(keys);
  const { life } = client;
  if ((await client.push("track", { ...client.mark(), key })) && client.life === life) client.tracked.add(key);
}

/** @type {Deed} */
async function untrack(client, random) {
  const keys = [...client.tracked];
  if (keys.length === 0) return track(client, random);
  const key = random.pick(keys);
  const { life } = client;
  if ((await client.push("untrack", { key })) && client.life === life) client.tracked.delete(key);
}

/** The connection is cut; phoenix.js comes back by itself. @type {Deed} */
async function drop(client) {
  const back = client.afterLife();
  client.cut();
  await back;
}

/** The connection is cut again when diffs wait for the state: the server tracks some joins late. @type {Deed} */
async function flap(client) {
  const { life } = client;
  client.cut();
  const hasWaiting = () => client.life > life && client.isJoined && client.presence.pendingDiffs.length > 0;
  await client.until(() => hasWaiting() || (client.life > life && client.isReady));
  const back = client.afterLife();
  client.cut();
  await back;
}

/** The server's code for the channel crashes; phoenix.js joins again. @type {Deed} */
async function crash(client) {
  const back = client.afterLife();
  const unanswered = /** @type {any} */ (client.channel.push("crash", {}));
  await back;
  unanswered.cancelTimeout();
}

/** @type {readonly Deed[]} */
const DEEDS = [
  ...Array.from({ length: 12 }, () => update),
  ...Array.from({ length: 5 }, () => track),
  ...Array.from({ length: 5 }, () => untrack),
  drop,
  flap,
  flap,
  crash,
];

/**
 * Has a client do something.
 *
 * @param {Client} client
 * @param {Random} random
 */
export async function act(client, random) {
  // Who has looked is kept up to date by the changes; who has not, walks the state when it looks.
  if (random.below(4) === 0) client.presence.entries();
  await random.pick(DEEDS)(client, random);
  await client.until(() => client.isReady);
}

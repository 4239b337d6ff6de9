/**
 * The actions of a client, and the choice of one at random. An action resolves when the server has
 * answered it, or when the connection was lost and the client has the state of its next join.
 */

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./random.js").Random} Random */

/** Keys beside the user's own, so that one channel tracks several. */
const EXTRA_KEYS = ["bot", "7", "__proto__", "10"];

/** @typedef {(client: Client, random: Random) => Promise<void>} Action */

/** @type {Action} */
async function update(client, random) {
  const keys = [...client.tracked];
  if (keys.length === 0) return track(client, random);
  await client.push("update", { key: random.pick(keys), n: random.below(1000) });
}

/** @type {Action} */
async function track(client, random) {
  const keys = [client.options.userId, ...EXTRA_KEYS].filter((key) => !client.tracked.has(key));
  if (keys.length === 0) return untrack(client, random);
  const key = random.pick(keys);
  const { joins } = client;
  if ((await client.push("track", { ...client.mark(), key })) && client.joins === joins) client.tracked.add(key);
}

/** @type {Action} */
async function untrack(client, random) {
  const keys = [...client.tracked];
  if (keys.length === 0) return track(client, random);
  const key = random.pick(keys);
  const { joins } = client;
  if ((await client.push("untrack", { key })) && client.joins === joins) client.tracked.delete(key);
}

/** Cuts the connection; phoenix.js connects and joins again. @type {Action} */
async function cut(client) {
  const rejoined = client.nextState();
  client.cut();
  await rejoined;
}

/** Cuts the connection, and once more while diffs wait for the state, which the server sends late after some joins. @type {Action} */
async function cutTwice(client) {
  const { joins } = client;
  client.cut();
  const hasWaiting = () => client.joins > joins && client.isJoined && client.presence.pendingDiffs.length > 0;
  await client.until(() => hasWaiting() || (client.joins > joins && client.isReady));
  const rejoined = client.nextState();
  client.cut();
  await rejoined;
}

/** Crashes the channel on the server; phoenix.js joins again. @type {Action} */
async function crash(client) {
  const rejoined = client.nextState();
  const unanswered = /** @type {any} */ (client.channel.push("crash", {}));
  await rejoined;
  unanswered.cancelTimeout();
}

/** Each as often as it shall be chosen. @type {readonly Action[]} */
const ACTIONS = [
  ...Array.from({ length: 12 }, () => update),
  ...Array.from({ length: 5 }, () => track),
  ...Array.from({ length: 5 }, () => untrack),
  cut,
  cutTwice,
  cutTwice,
  crash,
];

/**
 * Has a client do one action at random.
 *
 * @param {Client} client
 * @param {Random} random
 */
export async function act(client, random) {
  // A Presence that was read is kept up to date by changes; another walks the whole state when it is read.
  if (random.below(4) === 0) client.presence.entries();
  await random.pick(ACTIONS)(client, random);
  await client.until(() => client.isReady);
}

// The rooms of the demo: their topics, titles, and rules. The server enforces the rules; the texts here explain them.

/**
 * @typedef {object} Place
 * @property {string} topic
 * @property {string} title
 * @property {string} about one sentence for those who are there
 * @property {boolean} isObserved whether the page listens to it while you are elsewhere
 */

/** Kinds of rooms with a rule, by the prefix of their topics. A topic without one of these begins with `room:`. */
const RULES = {
  "counted:": "Guests see how many people are here. Members see who.",
  "invisible:": "For members. Who is invisible is hidden from others, except from moderators.",
  "staff:": "For moderators.",
};

/** @type {readonly Place[]} */
export const PLACES = [
  place("room:lobby", "lobby", "Everybody arrives here."),
  place("room:coffee", "coffee", "A second room, to see what happens when you move."),
  place("counted:town-hall", "town hall"),
  place("invisible:backstage", "backstage"),
  place("staff:office", "office"),
  {
    // Nobody wants the list of thousands at every visit, so the page joins this room only when you enter it.
    ...place("room:thousands", "thousands", "Add bots, and see what a list of 10,000 costs."),
    isObserved: false,
  },
];

/** The room of a name in the address. @param {string} name @returns {Place} */
export function placeOf(name) {
  const known = PLACES.find(({ topic, title }) => title === name || topic === name);
  if (known) return known;
  const prefix = Object.keys(RULES).find((prefix) => name.startsWith(prefix));
  return place(prefix ? name : `room:${name}`, prefix ? name.slice(prefix.length) : name);
}

/** Whether the server gives someone with this role the number of people instead of the list. @param {Place} place @param {string} role */
export function isCounted({ topic }, role) {
  return topic.startsWith("counted:") && role === "guest";
}

/** Whether people can be invisible in a room. @param {Place} place */
export function hasInvisible({ topic }) {
  return topic.startsWith("invisible:");
}

/** @param {string} topic @param {string} title @param {string} [about] @returns {Place} */
function place(topic, title, about) {
  const rule = Object.entries(RULES).find(([prefix]) => topic.startsWith(prefix))?.[1];
  return { topic, title, about: about ?? rule ?? "A room that exists as long as someone is in it.", isObserved: true };
}

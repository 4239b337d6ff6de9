// A room that the page has joined: its people, its conversation, who types, who has left, and what you have not read.
//
// The Phoenix part is room.js. This turns its events into what the page shows.

import { quoted } from "../element.js";
import { Conversation } from "./conversation.js";
import { LastSeen } from "./last-seen.js";
import { Room } from "./room.js";
import { Roster, summarise } from "./roster.js";
import { describe, names } from "./words.js";

/** @typedef {import("./room.js").Change} Change */

/**
 * @typedef {object} OpenRoomEvents
 * @property {(room: OpenRoom, changed: readonly string[]) => void} onPeople called with the keys of people who changed
 * @property {(room: OpenRoom) => void} onRoom called when anything else has changed
 * @property {(room: OpenRoom, keys: string[]) => void} onArrivals called when others have come to the room that you are in
 * @property {(error: Error) => void} onError
 * @property {import("./room.js").RoomEvents["onBots"]} onBots
 */

export class OpenRoom {
  unread = 0;
  /** Why the server did not let you in, or empty. */
  refusal = "";
  /** The number of people; `undefined` as long as it is not known. @type {number | undefined} */
  count;
  lastSeen = new LastSeen();
  /** The keys of others who are typing. @type {Set<string>} */
  typing = new Set();
  isCurrent = false;
  /** Whether the server has yet to say that you are on the list. */
  #isEntering = false;
  #isListed = false;
  /** @type {import("phoenix-presence").PresenceStatus} */
  #status = "pending";
  #you;
  #events;
  /** @type {(() => void)[]} */
  #watches = [];

  /**
   * @param {import("phoenix").Socket} socket
   * @param {import("./places.js").Place} place
   * @param {{ name: string, role: string }} you
   * @param {OpenRoomEvents} events
   */
  constructor(socket, place, you, events) {
    this.place = place;
    this.#you = you.name;
    this.#events = events;
    this.roster = new Roster(you.name);
    this.conversation = new Conversation(you.name, (key) => this.#statusOf(key));
    this.room = new Room(socket, place, you.role, {
      onChanges: (changes) => this.#handle(changes),
      onCount: (count) => {
        this.count = count;
        events.onRoom(this);
      },
      onEntered: () => {
        this.#isListed = true;
        this.#reportEntry();
      },
      onMessages: (messages, isLive) => {
        const others = messages.filter(({ from }) => from !== this.#you).length;
        const added = this.conversation.add(messages);
        if (isLive && !this.isCurrent && others > 0) this.unread += added;
        events.onRoom(this);
      },
      onBots: (report) => this.isCurrent && events.onBots(report),
      onRefused: (reason) => {
        this.refusal = reason;
        events.onRoom(this);
      },
      onError: (error) => events.onError(error),
    });
  }

  /** The state of the connection to this room. @returns {import("./status-view.js").ConnectionState} */
  get state() {
    if (this.refusal) return "refused";
    if (this.room.presence) return this.room.presence.status;
    return this.room.channel.state === "joined" ? "synced" : "pending";
  }

  /** The number of devices; `undefined` where the server gives no list. */
  get devices() {
    return this.room.presence?.metaCount;
  }

  /** @param {import("./room.js").Own} own */
  enter(own) {
    this.isCurrent = true;
    this.unread = 0;
    this.#isEntering = true;
    this.#isListed = false;
    this.room.enter(own);
  }

  exit() {
    this.isCurrent = false;
    this.room.exit();
  }

  /**
   * Calls back when one of these people comes online here, in place of earlier ones.
   *
   * @param {readonly string[]} keys
   * @param {(key: string) => void} onOnline
   */
  watch(keys, onOnline) {
    for (const stop of this.#watches) stop();
    const { presence } = this.room;
    if (!presence) return;
    this.#watches = keys.map((key) =>
      presence.watch(key, ({ type }) => {
        if (type === "enter") onOnline(key);
      }),
    );
  }

  /** @param {readonly Change[]} changes */
  #handle(changes) {
    const { presence } = this.room;
    if (!presence) return;
    const before = this.#status;
    this.#status = presence.status;
    this.count = this.#status === "pending" ? undefined : presence.size;
    this.roster.apply(changes);
    for (const change of changes) this.#note(change);
    if (this.isCurrent) this.#tell(changes, before);
    this.#events.onPeople(
      this,
      changes.map(({ key }) => key),
    );
    this.#reportEntry();
  }

  /** Remembers what one change means for the marks, the typing line and who was seen last. @param {Change} change */
  #note(change) {
    const { key, type } = change;
    const devices = this.roster.devicesOf(key);
    if (type === "exit" && key !== this.#you && !isBot(change)) this.lastSeen.left(key);
    else if (type === "enter") this.lastSeen.returned(key);
    if (key !== this.#you && devices.some(({ typing }) => typing)) this.typing.add(key);
    else this.typing.delete(key);
    this.conversation.mark(key);
  }

  /** @param {readonly Change[]} changes @param {import("phoenix-presence").PresenceStatus} before */
  #tell(changes, before) {
    const { conversation } = this;
    if (this.#status === "stale" && before === "synced") conversation.tell("The connection was lost");
    if (this.#status === "synced" && before === "stale") conversation.tell("Back online");
    const told = changes.filter((change) => change.reason !== "initial" && !isBot(change) && !this.#isOwnMove(change));
    for (const sentence of told.flatMap((change) => describe(change, this.#you))) conversation.tell(...sentence);
    const arrived = told.filter(({ type }) => type === "enter").map(({ key }) => key);
    if (arrived.length > 0) this.#events.onArrivals(this, arrived);
  }

  /**
   * Your own entry is reported once, together with who is here already. Your own exit is what you have done yourself, and
   * may be reported late, when you are back.
   *
   * @param {Change} change
   */
  #isOwnMove({ key, type }) {
    return key === this.#you && type !== "update";
  }

  #reportEntry() {
    const { presence } = this.room;
    if (!this.#isEntering || !this.#isListed || (presence && presence.status !== "synced")) return;
    this.#isEntering = false;
    this.conversation.tell("You joined ", quoted(this.place.title));
    const others = this.roster.order.filter((key) => key !== this.#you);
    if (others.length > 0) this.conversation.tell("Already here: ", ...names(others));
    this.#events.onRoom(this);
  }

  /** @param {string} key */
  #statusOf(key) {
    return this.room.presence && summarise(this.roster.devicesOf(key));
  }
}

/** Bots come and go all the time, which nobody wants to read. @param {Change} change */
function isBot({ presence, previous }) {
  return (presence ?? previous)?.metas.some(({ bot }) => bot === true) ?? false;
}

// The page: sends what you do to the room you are in, and shows what happens there.

import { byId, quoted } from "../element.js";
import { watchActivity } from "./activity.js";
import { roomInAddress } from "./address.js";
import { Composer } from "./composer.js";
import { connect } from "./connection.js";
import { openDrawer, wireDrawers } from "./drawers.js";
import { recallIdentity, tidy } from "./identity.js";
import { wireInvite } from "./invite.js";
import { showLastSeen, Wishes } from "./last-seen.js";
import { OpenRoom } from "./open-room.js";
import { hasInvisible, placeOf, PLACES } from "./places.js";
import { RosterView } from "./roster-view.js";
import { showRooms } from "./rooms-view.js";
import { Session } from "./session.js";
import { askForIdentity } from "./sign-in.js";
import { showConnection, showCount, showPlace, showProblem, showTitle } from "./status-view.js";
import { stayAtEnd } from "./stay-at-end.js";
import { toast } from "./toasts.js";
import { showTyping } from "./typing-view.js";
import { measureFrames, showBots, wireBots } from "./under/bots.js";
import { Comparison } from "./under/comparison.js";
import { wireFaults } from "./under/faults.js";
import { FramesView } from "./under/frames-view.js";
import { names } from "./words.js";
import { You } from "./you.js";

/** The most rooms besides those of places.js that the page listens to. */
const MAX_OTHER_ROOMS = 8;

/** From this number of people on, the page shows how many frames it draws. */
const MANY_PEOPLE = 200;

/** @type {Session} */
let session;
/** @type {import("phoenix").Socket | undefined} */
let socket;
/** The rooms that the page has joined, by topic. @type {Map<string, OpenRoom>} */
const rooms = new Map();
/** The rooms that the page is leaving, by topic. @type {Map<string, Promise<void>>} */
const leaving = new Map();
/** @type {OpenRoom | undefined} */
let current;
let entries = 0;

const log = byId("log", HTMLElement);
const end = stayAtEnd(log);
const rosterView = new RosterView(byId("people-scroller", HTMLElement), byId("people", HTMLElement));
const frames = new FramesView();
const comparison = new Comparison();
const you = new You(await signIn(), { onRenamed: reconnect, onChanged: announce });
const composer = new Composer({
  onSend: async (text) => void (await current?.room.push("message", { text })),
  onTyping: announce,
});
const wishes = new Wishes(() => {
  for (const room of rooms.values()) watchFor(room);
  if (current) showLastSeen(current.lastSeen, wishes);
});

/** Signs in under the name of the address or of this tab, or asks for one. */
async function signIn(identity = recallIdentity(), reason = "") {
  const chosen = identity.name && !reason ? identity : await askForIdentity(identity, reason);
  session = new Session(chosen);
  try {
    await session.signIn();
    return chosen;
  } catch (error) {
    return signIn(chosen, `The server did not let you in: ${/** @type {Error} */ (error).message}`);
  }
}

/** Connects under another name. Nobody sees you under both, since the server has closed the old channels first. */
async function reconnect() {
  const old = socket;
  socket = undefined;
  current = undefined;
  const left = [...rooms.values()].map(({ room }) => room.leave());
  rooms.clear();
  await Promise.all(left);
  old?.disconnect();
  you.identity = await signIn(you.identity);
  you.show();
  start();
}

function start() {
  socket = connect(session, (direction, text) => frames.add(direction, text));
  for (const place of PLACES) if (place.isObserved) open(place);
  void go();
}

/** Joins a room, unless it is joined. @param {import("./places.js").Place} place */
function open(place) {
  const known = rooms.get(place.topic);
  if (known || !socket) return known;
  try {
    const room = new OpenRoom(socket, place, you.identity, { onPeople, onRoom, onArrivals, onError, onBots: showBots });
    rooms.set(place.topic, room);
    watchFor(room);
    return room;
  } catch (error) {
    // Without WebAssembly the constructor of Presence throws.
    showConnection("refused");
    onError(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  }
}

/** Leaves a room for good. @param {OpenRoom} open */
function close({ room, place: { topic } }) {
  rooms.delete(topic);
  const left = room.leave().then(() => void leaving.delete(topic));
  leaving.set(topic, left);
}

/** Goes to the room in the address. */
async function go() {
  const entry = ++entries;
  const place = placeOf(roomInAddress());
  showPlace(place, you.identity.name, unread());
  if (current && current.place.topic !== place.topic) leaveCurrent();
  // Otherwise diffs of the old join could come while the new one waits for its state.
  await leaving.get(place.topic);
  if (entry !== entries || current) return; // You have already gone on to another room, or have come back.
  const room = open(place);
  if (!room) return;
  current = room;
  composer.open(place.title);
  you.offerInvisible(hasInvisible(place));
  room.enter(own());
  showAll(room);
  forgetOtherRooms();
  if (document.body.dataset.drawer) openDrawer();
}

function leaveCurrent() {
  const left = current;
  current = undefined;
  left?.exit();
  if (left && !left.place.isObserved) close(left);
}

/** Leaves the oldest of the rooms that you have named, if there are too many. */
function forgetOtherRooms() {
  const others = [...rooms.values()].filter(({ place, isCurrent }) => !PLACES.includes(place) && !isCurrent);
  for (const room of others.slice(0, Math.max(0, others.length - MAX_OTHER_ROOMS))) close(room);
}

function own() {
  return you.own(composer.isTyping, current !== undefined && hasInvisible(current.place));
}

/** Sends your metadata to the room you are in. */
function announce() {
  current?.room.update(own());
}

function unread() {
  return [...rooms.values()].reduce((sum, room) => sum + room.unread, 0);
}

/** Shows a room in place of any other. @param {OpenRoom} room */
function showAll(room) {
  for (const { conversation } of rooms.values()) conversation.onAdded = () => {};
  room.conversation.list.id = "feed";
  room.conversation.onAdded = end.grown;
  log.replaceChildren(room.conversation.list);
  end.opened();
  rosterView.open(room.roster, you.identity.name, you.tab);
  comparison.open(room.room);
  onRoom(room);
  onPeople(room, []);
}

/** @param {OpenRoom} room @param {readonly string[]} changed */
function onPeople(room, changed) {
  if (room === current) {
    rosterView.update(changed);
    showTyping(byId("typing", HTMLElement), [...room.typing]);
    showLastSeen(room.lastSeen, wishes);
    comparison.update();
    measureFrames((room.count ?? 0) >= MANY_PEOPLE);
  }
  onRoom(room);
}

/** @param {OpenRoom} room */
function onRoom(room) {
  if (room === current) {
    showConnection(room.state);
    showCount(room.count, room.devices);
    if (room.refusal) showProblem(`The server did not let you in: ${room.refusal}`);
  }
  scheduleRooms();
}

/** @param {OpenRoom} room @param {string[]} keys */
function onArrivals(room, keys) {
  toast(...names(keys), " came to ", quoted(room.place.title));
}

/** @param {Error} error */
function onError(error) {
  showProblem(error.message);
}

/** Tells you when those whom you wait for come to a room. @param {OpenRoom} room */
function watchFor(room) {
  room.watch(wishes.keys, (key) => tellOnline(key, room));
}

/** @param {string} key @param {OpenRoom} room */
function tellOnline(key, room) {
  wishes.set(key, false);
  toast(...names([key]), " is online in ", quoted(room.place.title));
}

let areRoomsScheduled = false;
function scheduleRooms() {
  if (areRoomsScheduled) return;
  areRoomsScheduled = true;
  requestAnimationFrame(() => {
    areRoomsScheduled = false;
    const absent = PLACES.filter(({ topic }) => !rooms.has(topic));
    const known = PLACES.filter(({ topic }) => rooms.has(topic)).map(({ topic }) => topic);
    const others = [...rooms.keys()].filter((topic) => !known.includes(topic));
    const summaries = [...known, ...others].flatMap((topic) => rooms.get(topic) ?? []).map(summaryOf);
    const nothing = { isCurrent: false, unread: 0, count: undefined, first: [], refusal: "" };
    summaries.splice(known.length, 0, ...absent.map((place) => ({ place, ...nothing })));
    showRooms(summaries);
    if (current) showTitle(current.place.title, unread());
  });
}

/** @param {OpenRoom} room @returns {import("./rooms-view.js").RoomSummary} */
function summaryOf({ place, isCurrent, unread, count, roster, refusal }) {
  return { place, isCurrent, unread, count, first: roster.order.slice(0, 3), refusal };
}

byId("room-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("room-input", HTMLInputElement);
  location.hash = encodeURIComponent(tidy(field.value) || "lobby");
  field.value = "";
});

byId("wish-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("wish", HTMLInputElement);
  const key = tidy(field.value);
  field.value = "";
  if (key === "") return;
  const here = [...rooms.values()].find(({ room }) => room.presence?.has(key));
  if (here) tellOnline(key, here);
  else wishes.set(key, true);
});

const about = await (await fetch("/demo/about")).json();
byId("app", HTMLElement).hidden = false;
byId("node", HTMLElement).textContent = about.node === null ? "" : `node ${about.node}`;
wireInvite();
wireDrawers((isOpen) => frames.show(isOpen));
wireBots(() => current?.room);
wireFaults(
  { room: () => current?.room, socket: () => socket, compare: () => comparison.begin() },
  { role: you.identity.role, canFreeze: about.canFreeze },
);
watchActivity((isAway) => {
  you.setAway(isAway);
  announce();
});
addEventListener("hashchange", go);
start();

// Puts the page together: the forms on one side, the room on the other.

import { addressOf, roomInAddress } from "./address.js";
import { byId } from "./element.js";
import { FeedView } from "./feed-view.js";
import { keepIdentity, newTab, recallIdentity, tidy } from "./identity.js";
import { People } from "./people.js";
import { enterRoom } from "./room.js";
import { RosterView } from "./roster-view.js";
import { names, tell } from "./words.js";

/** @typedef {import("./room.js").ConnectionState} ConnectionState */
/** @typedef {import("./room.js").Sync} Sync */

const feed = new FeedView(byId("feed", HTMLElement));
const connection = byId("connection", HTMLElement);
const problem = byId("problem", HTMLElement);
const roster = byId("roster", HTMLElement);
const nameInput = byId("name", HTMLInputElement);
const deviceInput = byId("device", HTMLInputElement);
const noteInput = byId("note", HTMLInputElement);
const statusForm = byId("status-form", HTMLFormElement);

let identity = recallIdentity();
const tab = newTab();

/** @returns {import("./room.js").Own} */
function own() {
  const status = String(new FormData(statusForm).get("status"));
  return { tab, device: identity.device, status, note: noteInput.value.trim() };
}

/** @type {ReturnType<typeof enterRoom> | undefined} */
let current;

/** Leaves the room you are in, if any, and enters the one in the address under the name you have. */
function enter() {
  const room = roomInAddress();
  const you = identity.name;
  keepIdentity(identity);
  current?.leave();
  current = undefined;
  showAddresses(room, you);

  const people = new People();
  /** @type {RosterView | undefined} */
  let view;
  try {
    current = enterRoom({ room, name: you, own: own(), onConnection, onSync, onError });
  } catch (error) {
    // Presence says so at once where it cannot work: without WebAssembly.
    showConnection("refused");
    showProblem(error instanceof Error ? error.message : String(error));
  }

  /** @param {ConnectionState} state @param {string} [why] */
  function onConnection(state, why) {
    if (state === "reconnecting" && connection.dataset.state === "online") feed.add("The connection was lost");
    showConnection(state);
    showProblem(why ? `The server does not let you in: ${why}` : "");
  }

  /** @param {Sync} sync */
  function onSync({ reason, state, keys }) {
    // The rows of the room before stay until there is something to put in their place.
    view ??= new RosterView(byId("people", HTMLElement), you, tab);
    const changes = people.take(state, keys);
    for (const key of keys) view.show(key, people.devices(key));
    roster.dataset.stale = "false";
    byId("count", HTMLElement).textContent = count(people);
    byId("try", HTMLElement).dataset.alone = String(people.size === 1);

    if (reason === "diff") {
      for (const change of changes) {
        const sentence = tell(change, you);
        if (sentence) feed.add(...sentence);
      }
    } else {
      tellList(reason, changes);
    }
  }

  /** @param {"initial" | "resync"} reason @param {import("./people.js").Change[]} changes */
  function tellList(reason, changes) {
    const others = changes.filter(({ key }) => key !== you);
    const came = others.filter(({ type }) => type === "entered").map(({ key }) => key);
    const went = others.filter(({ type }) => type === "left").map(({ key }) => key);
    if (reason === "initial") {
      feed.add("You joined ", room);
      if (came.length > 0) feed.add("Already here: ", ...names(came));
    } else {
      feed.add("Back online");
      if (went.length > 0) feed.add("Gone in the meantime: ", ...names(went));
      if (came.length > 0) feed.add("New in the meantime: ", ...names(came));
    }
  }

  /** @param {Error} error */
  function onError(error) {
    showProblem(error.message);
  }
}

/** @param {People} people */
function count(people) {
  const persons = people.size === 1 ? "1 person" : `${people.size} people`;
  const devices = people.deviceCount === 1 ? "1 device" : `${people.deviceCount} devices`;
  return `${persons}, ${devices}`;
}

/** @param {ConnectionState} state */
function showConnection(state) {
  const words = {
    connecting: "Connecting…",
    online: "Online",
    reconnecting: "Reconnecting…",
    refused: "Not connected",
  };
  connection.dataset.state = state;
  connection.textContent = words[state];
  if (state !== "online") roster.dataset.stale = "true";
}

/** @param {string} text */
function showProblem(text) {
  problem.textContent = text;
  problem.hidden = text === "";
}

/** @param {string} room @param {string} you */
function showAddresses(room, you) {
  document.title = `${room} · Who is here?`;
  byId("room-name", HTMLElement).textContent = room;
  byId("room-input", HTMLInputElement).value = room;
  byId("as-another", HTMLAnchorElement).href = addressOf(room);
  byId("as-yourself", HTMLAnchorElement).href = addressOf(room, you);
  nameInput.value = you;
  deviceInput.value = identity.device;
}

statusForm.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.name === "status") current?.update(own());
});

statusForm.addEventListener("submit", (event) => {
  event.preventDefault();
  current?.update(own());
});

byId("identity-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const before = identity;
  identity = { name: tidy(nameInput.value) || before.name, device: tidy(deviceInput.value) || before.device };
  if (identity.name !== before.name) return enter(); // Somebody else: a new connection.
  keepIdentity(identity);
  current?.update(own());
});

byId("room-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = encodeURIComponent(tidy(byId("room-input", HTMLInputElement).value) || "lobby");
});

byId("invite", HTMLButtonElement).addEventListener("click", async () => {
  const invited = byId("invited", HTMLElement);
  try {
    await navigator.clipboard.writeText(addressOf(roomInAddress()));
    invited.textContent = "Copied";
  } catch {
    invited.textContent = "Copy it from the address bar";
  }
});

addEventListener("hashchange", enter);
enter();

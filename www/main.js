// The page: sends what you do to the room, and shows what happens there.
//
// The page is in one room at a time. It enters the next one after the server has closed the channel of the last.

import { roomInAddress } from "./address.js";
import { byId, quoted } from "./element.js";
import { FeedView } from "./feed-view.js";
import { Forms } from "./forms.js";
import { People } from "./people.js";
import { enterRoom } from "./room.js";
import { RosterView } from "./roster-view.js";
import { showConnection, showCount, showPlace, showProblem } from "./status-view.js";
import { describe, names } from "./words.js";

const feed = new FeedView(byId("feed", HTMLElement));
const forms = new Forms({ onRenamed: enter, onChanged: (own) => current?.update(own) });

/** @type {ReturnType<typeof enterRoom> | undefined} */
let current;
/** Resolves when the last room has been left. */
let left = Promise.resolve();
let entries = 0;

/** Leaves the room you are in, if any, and enters the one in the address under the name you have. */
async function enter() {
  const entry = ++entries;
  if (current) left = current.leave();
  current = undefined;
  const room = roomInAddress();
  const { name: you } = forms.identity;
  forms.show();
  showPlace(room, you);

  // Otherwise you would see yourself there twice, once under the old name.
  await left;
  if (entry !== entries) return; // You have already gone on to another room.

  const people = new People();
  /** @type {RosterView | undefined} */
  let view;
  /** @type {import("phoenix-presence").PresenceStatus} */
  let status = "pending";
  showConnection(status);
  try {
    current = enterRoom({ room, name: you, own: forms.own(), onChanges, onRefused, onError });
  } catch (error) {
    // Without WebAssembly the constructor of Presence throws.
    showConnection("refused");
    showProblem(error instanceof Error ? error.message : String(error));
  }

  /** @type {import("./room.js").RoomEvents["onChanges"]} */
  function onChanges(changes, presence) {
    const before = status;
    status = presence.status;
    if (status !== before) showConnection(status);
    if (status === "stale" && before === "synced") feed.add("The connection was lost");
    if (status === "synced" && before !== "synced") {
      reportList(changes);
      // The rows of the last room stay until this list replaces them.
      view ??= new RosterView(byId("people", HTMLElement), you, forms.own().tab);
    } else {
      for (const sentence of changes.flatMap((change) => describe(change, you))) feed.add(...sentence);
    }
    for (const change of changes) view?.show(change.key, people.apply(change));
    if (view) showCount(presence.size, presence.metaCount);
  }

  /**
   * Reports a list of who is here, by its difference to what the page knew before.
   *
   * @param {readonly import("./room.js").Change[]} changes
   */
  function reportList(changes) {
    /** @param {"enter" | "exit"} wanted */
    const othersWho = (wanted) =>
      changes.filter(({ type, key }) => type === wanted && key !== you).map(({ key }) => key);
    const came = othersWho("enter");
    const went = othersWho("exit");
    if (!view) {
      feed.add("You joined ", quoted(room));
      if (came.length > 0) feed.add("Already here: ", ...names(came));
    } else {
      feed.add("Back online");
      if (went.length > 0) feed.add("Left in the meantime: ", ...names(went));
      if (came.length > 0) feed.add("Joined in the meantime: ", ...names(came));
    }
  }

  /** @param {string} why */
  function onRefused(why) {
    showConnection("refused");
    showProblem(`The server did not let you in: ${why}`);
  }

  /** @param {Error} error */
  function onError(error) {
    showProblem(error.message);
  }
}

addEventListener("hashchange", enter);
enter();

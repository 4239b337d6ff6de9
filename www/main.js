// Puts the page together: what you do goes into the room, what happens there is shown.
//
// Invariant: the page is in one room at a time, and shows nothing that another one tells. It enters the next
// when the one before knows that it left.

import { roomInAddress } from "./address.js";
import { byId, quoted } from "./element.js";
import { FeedView } from "./feed-view.js";
import { Forms } from "./forms.js";
import { People } from "./people.js";
import { enterRoom } from "./room.js";
import { RosterView } from "./roster-view.js";
import { showConnection, showCount, showPlace, showProblem } from "./status-view.js";
import { names, tell } from "./words.js";

const feed = new FeedView(byId("feed", HTMLElement));
const forms = new Forms({ onRenamed: enter, onChanged: (own) => current?.update(own) });

/** @type {ReturnType<typeof enterRoom> | undefined} */
let current;
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

  // Or you would meet yourself there, under the name you had.
  await left;
  if (entry !== entries) return; // You have gone on to another.

  const people = new People();
  /** @type {RosterView | undefined} */
  let view;
  /** @type {import("phoenix-presence").PresenceStatus} */
  let status = "pending";
  showConnection(status);
  try {
    current = enterRoom({ room, name: you, own: forms.own(), onChanges, onRefused, onError });
  } catch (error) {
    // Presence says so at once where it cannot work: without WebAssembly.
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
      tellList(changes);
      // The rows of the room before stay until there is something to put in their place.
      view ??= new RosterView(byId("people", HTMLElement), you, forms.own().tab);
    } else {
      for (const sentence of changes.flatMap((change) => tell(change, you))) feed.add(...sentence);
    }
    for (const change of changes) view?.show(change.key, people.take(change));
    if (view) showCount(presence.size, presence.metaCount);
  }

  /**
   * A list of who is here is no news of who came. What counts is the difference to what was known before.
   *
   * @param {readonly import("./room.js").Change[]} changes
   */
  function tellList(changes) {
    /** @param {"enter" | "exit"} wanted */
    const others = (wanted) => changes.filter(({ type, key }) => type === wanted && key !== you).map(({ key }) => key);
    const came = others("enter");
    const went = others("exit");
    if (!view) {
      feed.add("You joined ", quoted(room));
      if (came.length > 0) feed.add("Already here: ", ...names(came));
    } else {
      feed.add("Back online");
      if (went.length > 0) feed.add("Gone in the meantime: ", ...names(went));
      if (came.length > 0) feed.add("New in the meantime: ", ...names(came));
    }
  }

  /** @param {string} why */
  function onRefused(why) {
    showConnection("refused");
    showProblem(`The server does not let you in: ${why}`);
  }

  /** @param {Error} error */
  function onError(error) {
    showProblem(error.message);
  }
}

addEventListener("hashchange", enter);
enter();

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
import { showAlone, showConnection, showCount, showPlace, showProblem } from "./status-view.js";
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
  let online = false;
  try {
    current = enterRoom({ room, name: you, own: forms.own(), onConnection, onSync, onError });
  } catch (error) {
    // Presence says so at once where it cannot work: without WebAssembly.
    onConnection("refused");
    showProblem(error instanceof Error ? error.message : String(error));
  }

  /** @param {import("./room.js").ConnectionState} state @param {string} [why] */
  function onConnection(state, why) {
    if (state === "reconnecting" && online) feed.add("The connection was lost");
    online = state === "online";
    showConnection(state);
    showProblem(why ? `The server does not let you in: ${why}` : "");
  }

  /** @param {import("./room.js").Sync} sync */
  function onSync({ reason, state, keys }) {
    // The rows of the room before stay until there is something to put in their place.
    view ??= new RosterView(byId("people", HTMLElement), you, forms.own().tab);
    const changes = people.take(state, keys);
    for (const key of keys) view.show(key, people.devices(key));
    showCount(people.size, people.deviceCount);
    showAlone(people.size === 1);

    if (reason === "diff") {
      for (const change of changes) {
        const sentence = tell(change, you);
        if (sentence) feed.add(...sentence);
      }
    } else {
      tellList(reason, changes);
    }
  }

  /**
   * A list of who is here is no news of who came. What counts is the difference to what was known before.
   *
   * @param {"initial" | "resync"} reason
   * @param {import("./people.js").Change[]} changes
   */
  function tellList(reason, changes) {
    /** @param {"entered" | "left"} wanted */
    const others = (wanted) => changes.filter(({ type, key }) => type === wanted && key !== you).map(({ key }) => key);
    const came = others("entered");
    const went = others("left");
    if (reason === "initial") {
      feed.add("You joined ", quoted(room));
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

addEventListener("hashchange", enter);
enter();

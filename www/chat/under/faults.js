// The faults that you can cause. Each really happens: nothing is drawn that the server or the network did not do.

import { byId, element } from "../../element.js";
import { cut } from "../connection.js";

/** How much later than the join the held state would come, in milliseconds. The connection is cut before. */
const HELD_TIME = 60_000;

/** The longest wait for an event of a fault with several steps, in milliseconds. */
const STEP_TIMEOUT = 15_000;

/**
 * @typedef {object} FaultSite
 * @property {() => import("../room.js").Room | undefined} room the one that you are in
 * @property {() => import("phoenix").Socket | undefined} socket
 * @property {() => void} compare begins to compare with phoenix.js
 */

const log = byId("fault-log", HTMLElement);

/** @param {FaultSite} site @param {{ role: string, canFreeze: boolean }} powers */
export function wireFaults(site, { role, canFreeze }) {
  /** @type {Record<string, { run: (room: import("../room.js").Room, socket: import("phoenix").Socket) => Promise<void>, isOffered?: boolean }>} */
  const faults = {
    "cut-connection": {
      run: async (_, socket) => {
        step("Your connection is cut. phoenix.js connects and joins again.");
        cut(socket);
      },
    },
    "make-ghost": { run: (room, socket) => makeGhost(room, socket) },
    "send-malformed": {
      run: async (room) => {
        await room.push("malformed");
        step("Casper came and left. The diff with the leave also had an entry of you without metas.");
      },
    },
    "drop-state": {
      run: async (room, socket) => {
        room.delayNextState(HELD_TIME);
        step("Your connection is cut, and the next state comes a minute late. Until then only diffs come.");
        cut(socket);
      },
    },
    "restart-server": {
      run: async (room) => {
        await room.push("restart");
        step("The server ends and starts again. Everyone joins again under new refs.");
      },
      isOffered: role === "moderator",
    },
    "freeze-node": {
      run: async (room) => {
        const { seconds } = await room.push("freeze");
        step(`This node stands still for ${seconds} seconds. Watch its users from another node.`);
      },
      isOffered: role === "moderator" && canFreeze,
    },
  };
  for (const [id, { run, isOffered }] of Object.entries(faults)) {
    const button = byId(id, HTMLButtonElement);
    button.disabled = isOffered === false;
    button.onclick = async () => {
      const [room, socket] = [site.room(), site.socket()];
      if (!room || !socket) return;
      log.replaceChildren();
      site.compare();
      button.disabled = true;
      try {
        await run(room, socket);
      } catch (error) {
        step(/** @type {Error} */ (error).message);
      }
      button.disabled = false;
    };
  }
}

/**
 * A visitor comes while the page waits for its state, and leaves while the connection is cut. The diff of the visitor's
 * join is then older than the next state, which does not have the visitor.
 *
 * @param {import("../room.js").Room} room
 * @param {import("phoenix").Socket} socket
 */
async function makeGhost(room, socket) {
  step("Your connection is cut, and the next state is held back, as by a slow server.");
  const rejoined = joinOf(room, socket);
  room.delayNextState(HELD_TIME);
  cut(socket);
  await rejoined;
  step("You have joined again. Casper comes: the diff has to wait for the state.");
  const arrived = frameOf(room, socket, "presence_diff", ({ joins }) => "Casper" in joins);
  await room.push("visitor");
  await arrived;
  step("Your connection is cut once more. Casper leaves, and you do not hear of it.");
  const synced = frameOf(room, socket, "presence_state");
  cut(socket);
  await synced;
  step("You are back, and the new state is without Casper. The diff that waited is older than it.");
}

/** The answer to the next join of a room. @param {import("../room.js").Room} room @param {import("phoenix").Socket} socket */
function joinOf(room, socket) {
  const before = /** @type {any} */ (room.channel).joinRef();
  return frameOf(room, socket, "phx_reply", (_, { ref, join_ref }) => ref === join_ref && join_ref !== before);
}

/**
 * @param {import("../room.js").Room} room
 * @param {import("phoenix").Socket} socket
 * @param {string} event
 * @param {(payload: any, message: any) => boolean} matches
 * @returns {Promise<void>} resolved after the next such frame was handled
 */
function frameOf(room, socket, event, matches = () => true) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.off([ref]);
      reject(new Error(`${event} did not come`));
    }, STEP_TIMEOUT);
    const ref = socket.onMessage((message) => {
      const frame = /** @type {any} */ (message);
      if (frame.topic !== room.place.topic || frame.event !== event || !matches(frame.payload, frame)) return;
      clearTimeout(timer);
      socket.off([ref]);
      setTimeout(resolve); // Socket listeners are called in no particular order to the channel's.
    });
  });
}

/** @param {string} text */
function step(text) {
  log.append(element("li", "", text));
}

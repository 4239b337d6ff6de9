// The one socket of the page, with a copy of each frame for those who want to read it.

import { Socket } from "phoenix";

/** @typedef {(direction: "in" | "out", text: string) => void} FrameListener */

/**
 * @param {import("./session.js").Session} session
 * @param {FrameListener} onFrame
 */
export function connect(session, onFrame) {
  class ReadableWebSocket extends WebSocket {
    /** @param {string | URL} url @param {string | string[]} [protocols] */
    constructor(url, protocols) {
      super(url, protocols);
      this.addEventListener("message", ({ data }) => onFrame("in", String(data)));
    }

    /** @param {string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>} data */
    send(data) {
      onFrame("out", String(data));
      super.send(/** @type {string} */ (data));
    }
  }

  // @types/phoenix leaves authToken out. As a function, so that each connection has the latest token.
  const options = /** @type {any} */ ({ transport: ReadableWebSocket, authToken: () => session.token });
  const socket = new Socket("/socket", options);
  socket.onClose(() => session.renew());
  socket.connect();
  return socket;
}

/** Ends the connection as if it were lost: phoenix.js connects again by itself. @param {Socket} socket */
export function cut(socket) {
  const { conn } = /** @type {{ conn: WebSocket | null }} */ (/** @type {unknown} */ (socket));
  conn?.close();
}

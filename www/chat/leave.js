// Leaves a channel, and waits until the server has taken this tab off the room's list.

/**
 * Leaves a channel for good.
 *
 * phoenix.js calls the "ok" of `channel.leave()` at once, without an answer. The server's own word is the `phx_close` of
 * the join, which arrives at the socket. Who joins before that may find themselves still on the list.
 *
 * @param {import("phoenix").Socket} socket
 * @param {import("phoenix").Channel} channel
 * @param {number} timeout in milliseconds: how long the server may take
 * @returns {Promise<void>} resolved when the server has closed the channel, at once where none is open, and at the
 *   latest after the timeout or when the connection is lost
 */
export function leaveChannel(socket, channel, timeout) {
  const { topic } = channel;
  const joinRef = /** @type {any} */ (channel).joinRef(); // @types/phoenix leaves it out.
  const isOpen = socket.isConnected() && ["joined", "joining"].includes(channel.state);
  return new Promise((resolve) => {
    const timer = setTimeout(done, timeout);
    const callbacks = [
      socket.onMessage((message) => {
        const { topic: closed, event, join_ref } = /** @type {any} */ (message);
        if (event === "phx_close" && closed === topic && join_ref === joinRef) done();
      }),
      socket.onClose(done),
    ];
    function done() {
      clearTimeout(timer);
      socket.off(callbacks);
      resolve();
    }
    channel.leave(timeout);
    if (!isOpen) done();
  });
}

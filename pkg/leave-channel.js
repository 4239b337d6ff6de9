// Leaves a channel, and waits until the server has closed it.
//
// phoenix.js calls the "ok" of `channel.leave()` at once, without an answer, and drops the
// messages of the old join. The server's own word is the phx_close of that join, which
// arrives at the socket.

/** As phoenix.js has it, in milliseconds. */
const DEFAULT_TIMEOUT = 10_000;

/**
 * @param {any} socket
 * @param {any} channel
 * @param {() => void} done called once: when the server has closed the channel or had refused the join, when the
 *   connection is lost, after the socket's timeout at the latest, and at once where the channel is not open
 */
export function leaveChannel(socket, channel, done) {
  if (channel.state === "closed") return done();
  const { topic } = channel;
  const joinRef = channel.joinRef();
  if (!socket.isConnected() || !["joined", "joining"].includes(channel.state)) {
    channel.leave();
    return done();
  }
  /** @type {unknown[]} */
  const refs = [];
  const finish = () => {
    clearTimeout(timer);
    socket.off(refs);
    done();
  };
  const timer = setTimeout(finish, socket.timeout ?? DEFAULT_TIMEOUT);
  const onMessage = (/** @type {any} */ message) => {
    if (message.topic !== topic) return;
    const isClosed = message.event === "phx_close" && message.join_ref === joinRef;
    const isRefused = message.ref === joinRef && message.payload?.status === "error";
    if (isClosed || isRefused) finish();
  };
  refs.push(socket.onMessage(onMessage), socket.onClose(finish));
  channel.leave();
}

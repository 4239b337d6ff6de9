// The callbacks of a Presence on its channel, and on the socket of that channel.
//
// Invariant: once ended, no message reaches the Presence, and the channel keeps nothing
// of it alive, whether or not it can remove callbacks.

/**
 * @typedef {"state" | "diff" | "joined" | "refused" | "failed" | "left" | "earlier join closed"} ChannelMessage
 * @typedef {ChannelMessage | "grace over" | "no state"} Kind
 * @typedef {(kind: ChannelMessage, payload: any) => void} Receive
 */

export class Subscription {
  /**
   * @param {import("./index.js").PresenceChannel} channel
   * @param {{ state: string, diff: string }} events
   * @param {Receive} receive
   */
  constructor(channel, events, receive) {
    this.channel = channel;
    /** @type {Receive | undefined} */
    this.receive = receive;
    /** @type {any} */
    this.socketRef = undefined;
    /** @type {[event: string, ref: unknown][]} */
    this.refs = [];
    this.on(events.state, (payload) => this.receive?.("state", payload));
    this.on(events.diff, (payload) => this.receive?.("diff", payload));
    // phoenix.js's channels have all of this. Others may have less.
    this.refs.push(
      ["phx_error", channel.onError?.(() => this.receive?.("failed", undefined))],
      // The reason is "leave" when the channel was left, and not closed by the server.
      ["phx_close", channel.onClose?.((reason) => this.receive?.(reason === "leave" ? "left" : "failed", undefined))],
    );
    if (typeof channel.state === "string") this.on("phx_reply", (reply, ref) => this.receiveReply(reply, ref));
  }

  /** @param {string} event @param {(payload: any, ref?: unknown) => void} callback */
  on(event, callback) {
    this.refs.push([event, this.channel.on(event, callback)]);
  }

  /** Replies have the ref of what they answer; that of a join is the joinRef. @param {any} reply @param {unknown} ref */
  receiveReply(reply, ref) {
    if (ref !== this.channel.joinRef?.()) return;
    if (reply?.status === "ok") this.receive?.("joined", undefined);
    else this.receive?.("refused", reply?.response);
  }

  /**
   * Listens for the close of an earlier join of the topic: what was broadcast before it is in the `presence_state` to
   * come. The channel itself ignores messages of an earlier join.
   */
  joinSocket() {
    const { channel } = this;
    if (this.socketRef !== undefined || !this.receive) return;
    this.socketRef = channel.socket?.onMessage?.((message) => {
      const { topic, event, join_ref } = message ?? {};
      if (event !== "phx_close" || topic !== channel.topic || !join_ref) return;
      if (join_ref !== channel.joinRef?.()) this.receive?.("earlier join closed", undefined);
    });
  }

  leaveSocket() {
    if (this.socketRef !== undefined) this.channel.socket?.off?.([this.socketRef]);
    this.socketRef = undefined;
  }

  end() {
    this.receive = undefined;
    this.leaveSocket();
    for (const [event, ref] of this.refs.splice(0)) {
      // Without a ref, phoenix.js would remove everybody's callbacks.
      if (ref !== undefined) this.channel.off?.(event, ref);
    }
  }
}

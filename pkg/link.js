// What a Presence has on its channel: the callbacks for its messages, and for the
// channel's failures where it tells of these.
//
// Invariant: once cut, no message of the channel reaches the Presence, and the
// channel keeps nothing of it alive, whether or not it can take callbacks away.

/** @typedef {import("./inbox.js").Inbox} Inbox */
/** @typedef {import("./inbox.js").Handle} Handle */

/** The events of phoenix.js behind `onError` and `onClose`. */
const ERROR = "phx_error";
const CLOSE = "phx_close";

/** What phoenix.js says to `onClose` when the channel was left, and not closed by the server. */
const LEFT = "leave";

export class Link {
  /**
   * @param {import("./index.js").PresenceChannel} channel
   * @param {Inbox} inbox
   * @param {[event: string, handle: Handle][]} messages
   */
  constructor(channel, inbox, messages) {
    this.channel = channel;
    /** @type {Inbox | undefined} */
    this.inbox = inbox;
    /** @type {[event: string, ref: unknown][]} */
    this.refs = messages.map(([event, handle]) => [
      event,
      channel.on(event, (payload) => this.inbox?.receive(handle, payload)),
    ]);
    this.refs.push(
      [ERROR, channel.onError?.(() => this.inbox?.receive(fail, undefined))],
      [CLOSE, channel.onClose?.((reason) => this.inbox?.receive(reason === LEFT ? leave : fail, undefined))],
    );
  }

  cut() {
    this.inbox = undefined;
    for (const [event, ref] of this.refs.splice(0)) {
      // Without a ref, phoenix.js would take away everybody's callbacks.
      if (ref !== undefined) this.channel.off?.(event, ref);
    }
  }
}

/** @type {Handle} */
function fail(_presence, inbox) {
  inbox.status.failed = true;
}

/** @type {Handle} */
function leave(_presence, inbox) {
  inbox.status.left = true;
}

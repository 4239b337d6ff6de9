/**
 * One client's connection as the server sees it: the topics that it joined, and the handling of its frames.
 *
 * As in Phoenix there is one channel a topic: a second join closes the first, a leave that names an older join is
 * ignored, and a frame for a topic that is not joined is answered with `unmatched topic`.
 */

import { Channel } from "./channel.js";
import { encode, replyPayload, sent } from "./frame.js";

/** @typedef {import("../testing.js").TestFrame} TestFrame */

const OK = { response: {}, status: "ok" };
const JOIN_CRASHED = { response: { reason: "join crashed" }, status: "error" };
const UNMATCHED = { response: { reason: "unmatched topic" }, status: "error" };

export class Connection {
  /** Both ways, in the order in which they were sent. @type {TestFrame[]} */
  frames = [];
  isOpen = false;
  #endpoint;
  #deliver;
  /** @type {Map<string, Channel>} */
  #channels = new Map();

  /**
   * @param {import("./endpoint.js").Endpoint} endpoint
   * @param {{ url: string, params: Record<string, string>, authToken: string | undefined }} request
   * @param {(text: string) => void} deliver takes a frame to the client
   */
  constructor(endpoint, { url, params, authToken }, deliver) {
    this.#endpoint = endpoint;
    this.#deliver = deliver;
    this.url = url;
    this.params = params;
    this.authToken = authToken;
  }

  /**
   * Sends a frame to the client.
   *
   * @param {string | null} join_ref
   * @param {string | null} ref
   * @param {string} topic
   * @param {string} event
   * @param {unknown} payload
   */
  send(join_ref, ref, topic, event, payload) {
    if (!this.isOpen) return;
    const text = encode(join_ref, ref, topic, event, payload);
    this.log(sent(text));
    this.#deliver(text);
  }

  /** @param {TestFrame} frame */
  log(frame) {
    this.frames.push(frame);
    this.#endpoint.frames.push(frame);
  }

  /** @param {TestFrame} frame of the client */
  handle(frame) {
    if (!this.isOpen) return;
    const { topic, event } = frame;
    if (topic === "phoenix" && event === "heartbeat") this.#reply(null, frame, OK);
    else if (event === "phx_join") this.#join(frame);
    else if (event === "phx_leave") this.#leave(frame);
    else this.#forward(frame);
  }

  /** Ends everything that was joined, with a diff to the others. */
  end() {
    this.isOpen = false;
    for (const channel of this.#joined()) channel.vanish();
  }

  /** Ends everything that was joined, without a diff. */
  forget() {
    this.isOpen = false;
    for (const channel of this.#joined()) channel.forget();
  }

  #joined() {
    return [...this.#channels.values()].filter(({ joined }) => joined);
  }

  /** @param {string} topic */
  #channel(topic) {
    const channel = this.#channels.get(topic);
    return channel?.joined ? channel : undefined;
  }

  /** @param {TestFrame} frame */
  #join(frame) {
    const { topic, join_ref, payload } = frame;
    const { join, afterJoin } = this.#endpoint.handlers;
    const room = this.#endpoint.room(topic);
    if (room.override && !room.override.reply) return;
    const older = this.#channel(topic);
    older?.vanish();
    const channel = new Channel(room, this, join_ref, this.#endpoint.newOwner());
    this.#channels.set(topic, channel);
    const reply = (/** @type {{ response: object, status: string }} */ answer) => {
      if (answer.status === "error") channel.vanish();
      this.#reply(join_ref, frame, answer);
      // Phoenix answers the new join before it closes the older one.
      if (older) this.send(older.join_ref, older.join_ref, topic, "phx_close", {});
    };
    orElse(
      () => {
        const answer = () => room.override?.reply ?? join(payload, channel.face) ?? { ok: {} };
        room.replyFirst(answer, (result) => reply(replyPayload(result, "join")));
      },
      () => reply(JOIN_CRASHED),
    );
    if (!channel.joined) return;
    orElse(
      () => afterJoin(payload, channel.face),
      () => channel.crash(),
    );
  }

  /** @param {TestFrame} frame */
  #leave(frame) {
    const channel = this.#channel(frame.topic);
    if (channel && channel.join_ref !== frame.join_ref) return;
    this.#reply(frame.join_ref, frame, OK);
    channel?.close();
  }

  /** @param {TestFrame} frame */
  #forward(frame) {
    const { topic, event, payload } = frame;
    const channel = this.#channel(topic);
    if (!channel) return this.#reply(null, frame, UNMATCHED);
    const handle = this.#endpoint.handlerOf(event);
    orElse(
      () =>
        channel.room.replyFirst(
          () => handle(payload, channel.face),
          (reply) => {
            if (reply === undefined) return;
            this.#reply(channel.join_ref, frame, replyPayload(reply, `handleIn.${event}`));
          },
        ),
      () => channel.crash(),
    );
  }

  /**
   * @param {string | null} join_ref
   * @param {TestFrame} frame what is answered
   * @param {object} payload
   */
  #reply(join_ref, frame, payload) {
    this.send(join_ref, frame.ref, frame.topic, "phx_reply", payload);
  }
}

/**
 * Runs a handler. What it throws has an effect on its client, as in Phoenix, and the test learns of it.
 *
 * @param {() => void} handle
 * @param {() => void} onError
 */
function orElse(handle, onError) {
  try {
    handle();
  } catch (error) {
    onError();
    throw error;
  }
}

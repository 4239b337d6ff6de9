/**
 * One topic that a client joined: what a channel's process and its `socket` are in Phoenix.
 */

/** @typedef {import("./tracker.js").Meta} Meta */

export class Channel {
  joined = true;
  /** What handlers get. */
  face = new TestChannel(this);

  /**
   * @param {import("./room.js").Room} room
   * @param {import("./connection.js").Connection} connection
   * @param {string | null} join_ref
   * @param {number} owner to whom its metas belong in the tracker
   */
  constructor(room, connection, join_ref, owner) {
    this.room = room;
    this.connection = connection;
    this.join_ref = join_ref;
    this.owner = owner;
    room.channels.add(this);
  }

  /** Sends something to this client alone. @param {string} event @param {unknown} payload */
  push(event, payload) {
    this.connection.send(this.join_ref, null, this.room.topic, event, payload);
  }

  /** Passes a broadcast on, which has no join_ref. @param {string} event @param {unknown} payload */
  forward(event, payload) {
    this.connection.send(null, null, this.room.topic, event, payload);
  }

  pushState() {
    if (!this.room.stateIsWithheld) this.push("presence_state", this.room.list());
  }

  close() {
    this.#end("phx_close", {});
  }

  crash() {
    this.#end("phx_error", { reason: "channel_crash" });
  }

  /** Ends because the connection is gone: sends nothing to the client, and a diff to the others. */
  vanish() {
    this.#leaveRoom();
    this.room.untrack({ owner: this.owner });
  }

  /** Ends together with the server: no diff is sent, since no server is left to send it. */
  forget() {
    this.#leaveRoom();
  }

  /** @param {string} event @param {object} payload */
  #end(event, payload) {
    if (!this.joined) return;
    this.connection.send(this.join_ref, this.join_ref, this.room.topic, event, payload);
    this.vanish();
  }

  #leaveRoom() {
    this.joined = false;
    this.room.channels.delete(this);
  }
}

/** A channel as handlers and tests see it: see testing.d.ts. */
export class TestChannel {
  #channel;

  /** @param {Channel} channel */
  constructor(channel) {
    this.#channel = channel;
  }

  get topic() {
    return this.#channel.room.topic;
  }

  get params() {
    return this.#channel.connection.params;
  }

  get joinRef() {
    return this.#channel.join_ref;
  }

  get joined() {
    return this.#channel.joined;
  }

  /** @param {string} key @param {Meta} [meta] */
  track(key, meta = {}) {
    const { room, owner } = this.#live();
    return room.track(owner, key, meta);
  }

  /** @param {string} key @param {Meta | ((meta: Meta) => Meta)} meta */
  update(key, meta) {
    const { room, owner } = this.#live();
    return room.update({ owner, key }, meta);
  }

  /** @param {string} key */
  untrack(key) {
    const { room, owner } = this.#live();
    room.untrack({ owner, key });
  }

  /** @param {string} event @param {object} [payload] */
  push(event, payload = {}) {
    this.#live().push(event, payload);
  }

  /** @param {string} event @param {object} [payload] */
  broadcast(event, payload = {}) {
    this.#live().room.broadcast(event, payload);
  }

  /** @param {string} event @param {object} [payload] */
  broadcastFrom(event, payload = {}) {
    const channel = this.#live();
    channel.room.broadcast(event, payload, channel);
  }

  pushState() {
    this.#live().pushState();
  }

  crash() {
    this.#live().crash();
  }

  close() {
    this.#live().close();
  }

  #live() {
    if (!this.#channel.joined)
      throw new Error(`This channel of ${this.topic} has ended: look at its field joined first.`);
    return this.#channel;
  }
}

/**
 * The smallest channel a Presence can live on: `on(event, callback)` and `joinRef()`, nothing else.
 *
 * Its bindings are private, so an implementation that reaches past these two methods, or calls them
 * detached from the channel, fails.
 */
export class FakeChannel {
  /** @type {{ event: string, callback: (payload: unknown) => void }[]} */
  #bindings = [];
  /** @type {unknown} */
  #joinRef;

  /** @param {unknown} joinRef */
  constructor(joinRef) {
    this.#joinRef = joinRef;
  }

  /**
   * @param {string} event
   * @param {(payload: unknown) => void} callback
   */
  on(event, callback) {
    return this.#bindings.push({ event, callback }) - 1;
  }

  joinRef() {
    return this.#joinRef;
  }

  /**
   * The events somebody listens to, in the order of their subscription.
   *
   * @param {FakeChannel} channel
   */
  static events(channel) {
    return channel.#bindings.map(({ event }) => event);
  }

  /**
   * @param {FakeChannel} channel
   * @param {unknown} joinRef
   */
  static rejoin(channel, joinRef) {
    channel.#joinRef = joinRef;
  }

  /**
   * @param {FakeChannel} channel
   * @param {string} event
   * @param {unknown} payload
   */
  static deliver(channel, event, payload) {
    for (const binding of channel.#bindings.filter((each) => each.event === event)) {
      binding.callback(payload);
    }
  }
}

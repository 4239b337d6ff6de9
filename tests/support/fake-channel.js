/**
 * The smallest channel a Presence can live on: `on(event, callback)` and `joinRef()`, nothing else.
 *
 * Its bindings are private and its controls static, so an implementation that reaches past these two
 * methods, or calls them detached from the channel, fails.
 */
export class FakeChannel {
  /** @type {{ event: string, ref: number, callback: (payload: any) => void }[]} */
  #bindings = [];
  #refs = 0;
  /** @type {unknown} */
  #joinRef;

  /** @param {unknown} joinRef */
  constructor(joinRef) {
    this.#joinRef = joinRef;
  }

  /**
   * @param {string} event
   * @param {(payload: any) => void} callback
   * @returns {number} the ref of the binding
   */
  on(event, callback) {
    this.#bindings.push({ event, ref: ++this.#refs, callback });
    return this.#refs;
  }

  joinRef() {
    return this.#joinRef;
  }

  /** The bindings, in the order of their subscription. @param {FakeChannel} channel */
  static bindings(channel) {
    return channel.#bindings;
  }

  /** @param {FakeChannel} channel @param {(binding: { event: string, ref: number }) => boolean} isKept */
  static keepBindings(channel, isKept) {
    channel.#bindings = channel.#bindings.filter(isKept);
  }

  /** Gives the channel the ref of another join. @param {FakeChannel} channel @param {unknown} joinRef */
  static rejoin(channel, joinRef) {
    channel.#joinRef = joinRef;
  }

  /** Sends the channel a message. @param {FakeChannel} channel @param {string} event @param {unknown} payload */
  static deliver(channel, event, payload) {
    for (const binding of channel.#bindings.filter((each) => each.event === event)) {
      binding.callback(payload);
    }
  }
}

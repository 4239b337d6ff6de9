/**
 * The client's end of a connection: a class that phoenix.js uses in place of `WebSocket`.
 *
 * It has of a WebSocket what phoenix.js uses: `on…` properties, `send`, `close`, `readyState`, `bufferedAmount`.
 */

import { Connection } from "./connection.js";
import { decode } from "./frame.js";

/** @typedef {import("./endpoint.js").Endpoint} Endpoint */

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** "Abnormal closure": the connection is gone, and neither side closed it. */
const ABNORMAL_CODE = 1006;

/** What phoenix.js puts before an `authToken` to make a subprotocol of it. */
const TOKEN_PREFIX = "base64url.bearer.phx.";

/** The path between a client and the server. The client, the server and the network can each end it. */
export class NetworkLink {
  #endpoint;
  #socket;
  /** Whether the server or the network has ended it; the client learns of it later. */
  #hasEnded = false;

  /**
   * @param {Endpoint} endpoint
   * @param {TestTransport} socket
   * @param {string[]} protocols
   */
  constructor(endpoint, socket, protocols) {
    this.#endpoint = endpoint;
    this.#socket = socket;
    this.connection = new Connection(endpoint, request(socket.url, protocols), (text) =>
      endpoint.queue.add(() => {
        if (socket.readyState === OPEN) socket.onmessage?.({ type: "message", data: text });
      }),
    );
    this.face = new TestConnection(this);
    endpoint.links.add(this);
    endpoint.queue.add(() => this.#open(protocols));
  }

  /** Takes a frame to the server. @param {unknown} data */
  send(data) {
    const frame = decode(data);
    this.connection.log(frame);
    this.#endpoint.queue.add(() => this.connection.handle(frame));
  }

  /** The client closes. @param {number} code @param {string} reason */
  closeByClient(code, reason) {
    const wasOpen = this.#socket.readyState === OPEN;
    this.#socket.readyState = CLOSING;
    this.#endpoint.queue.add(() => {
      this.connection.end();
      this.#closed(wasOpen ? code : ABNORMAL_CODE, reason, wasOpen);
    });
  }

  /** The network fails: the server notices at once, the client when the close event is delivered. */
  drop() {
    this.connection.end();
    this.#end(ABNORMAL_CODE, "", false);
  }

  /** The server closes. @param {number} code @param {string} reason */
  closeByServer(code, reason) {
    this.connection.end();
    this.#end(code, reason, true);
  }

  /** The server ends, and this with it. @param {number} code */
  restart(code) {
    this.connection.forget();
    this.#end(code, "", true);
  }

  /** @param {number} code @param {string} reason @param {boolean} wasClean */
  #end(code, reason, wasClean) {
    this.#hasEnded = true;
    this.#endpoint.queue.add(() => this.#closed(code, reason, wasClean));
  }

  /** @param {string[]} protocols */
  #open(protocols) {
    const socket = this.#socket;
    if (socket.readyState !== CONNECTING) return;
    const isReachable = this.#endpoint.isReachable && !this.#hasEnded;
    if (!isReachable || this.#endpoint.handlers.connect(this.face) === false) {
      socket.onerror?.({ type: "error" });
      return this.#closed(ABNORMAL_CODE, "", false);
    }
    socket.readyState = OPEN;
    if (protocols.length > 0) socket.protocol = protocols[0];
    this.connection.isOpen = true;
    socket.onopen?.({ type: "open" });
  }

  /** @param {number} code @param {string} reason @param {boolean} wasClean */
  #closed(code, reason, wasClean) {
    this.#endpoint.links.delete(this);
    if (this.#socket.readyState === CLOSED) return;
    this.#socket.readyState = CLOSED;
    this.#socket.onclose?.({ type: "close", code, reason, wasClean });
  }
}

/**
 * What the address and the subprotocols say of a client.
 *
 * @param {string} url
 * @param {string[]} protocols
 */
function request(url, protocols) {
  const { vsn, ...params } = Object.fromEntries(new URLSearchParams(url.split("?")[1] ?? ""));
  if (vsn !== "2.0.0") throw new Error(`The test server speaks vsn 2.0.0, and was asked for ${vsn} by ${url}`);
  const token = protocols.find((protocol) => protocol.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length);
  return { url, params, authToken: token === undefined ? undefined : atob(token) };
}

/** A connection as tests see it: see testing.d.ts. */
export class TestConnection {
  #link;

  /** @param {NetworkLink} link */
  constructor(link) {
    this.#link = link;
  }

  get url() {
    return this.#link.connection.url;
  }

  get params() {
    return this.#link.connection.params;
  }

  get authToken() {
    return this.#link.connection.authToken;
  }

  get frames() {
    return this.#link.connection.frames;
  }

  drop() {
    this.#link.drop();
  }

  close(code = 1000, reason = "") {
    this.#link.closeByServer(code, reason);
  }
}

/** One of these for each connection: see testing.d.ts. */
export class TestTransport {
  static CONNECTING = CONNECTING;
  static OPEN = OPEN;
  static CLOSING = CLOSING;
  static CLOSED = CLOSED;

  readyState = CONNECTING;
  bufferedAmount = 0;
  binaryType = "blob";
  protocol = "";
  /** @type {((event: { type: "open" }) => void) | null} */
  onopen = null;
  /** @type {((event: { type: "error" }) => void) | null} */
  onerror = null;
  /** @type {((event: { type: "message", data: string }) => void) | null} */
  onmessage = null;
  /** @type {((event: { type: "close", code: number, reason: string, wasClean: boolean }) => void) | null} */
  onclose = null;
  #link;

  /** @param {Endpoint} endpoint @param {string} url @param {string | string[]} [protocols] */
  constructor(endpoint, url, protocols = []) {
    this.url = String(url);
    this.#link = new NetworkLink(endpoint, this, [protocols].flat());
  }

  /** @param {string} data */
  send(data) {
    if (this.readyState === CONNECTING) throw new Error("send() was called before the connection was open");
    if (this.readyState === OPEN) this.#link.send(data);
  }

  close(code = 1005, reason = "") {
    if (this.readyState < CLOSING) this.#link.closeByClient(code, reason);
  }
}

/**
 * A Phoenix server with Presence in memory, for tests of programs that use phoenix.js.
 *
 * @module phoenix-presence/testing
 */

/** What JSON can say. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** The payload of a message, or the meta of a presence. */
export interface JsonObject {
  [field: string]: Json;
}

/** Presences by key: the payload of a `presence_state`. */
export type TestPresences = Record<string, TestPresence>;

/** What Phoenix adds to a meta. */
export interface TestRefs {
  /** Names this meta. */
  phx_ref: string;
  /** The ref that an update replaced. */
  phx_ref_prev?: string;
}

/** One user: a meta for each device or tab, and what `fetch` adds beside them. */
export interface TestPresence {
  /** Oldest first. */
  metas: Array<JsonObject & TestRefs>;
  /** What `fetch` adds. */
  [field: string]: Json;
}

/** What takes the place of a meta: another one, or what makes it of the one before. */
export type TestMetaChange = object | ((meta: JsonObject) => object);

/** What a handler replies: `{ ok: {…} }` or `{ error: {…} }`. */
export type TestReply =
  | {
      /** The response of a reply whose status is `"ok"`. */
      ok: object;
    }
  | {
      /** The response of a reply whose status is `"error"`: by convention it has a `reason`. */
      error: object;
    };

/**
 * Handles what a client sends, as `handle_in/3` of a Phoenix channel does: replies with what it returns. When it
 * throws, the channel crashes, and `flush` throws the error.
 */
export type TestHandler = (payload: JsonObject, channel: TestChannel) => TestReply | void;

/** How the server behaves; all of it may be left out. */
export interface TestServerOptions {
  /** Whether a connection is accepted: `false` refuses it. Every one is unless given. */
  connect?: ((connection: TestConnection) => boolean | void) | undefined;
  /** Answers a join: `{ error: {…} }` refuses it, nothing is `{ ok: {} }`. Every one is accepted unless given. */
  join?: TestHandler | undefined;
  /**
   * Runs when a join was answered, like `handle_info(:after_join, …)` of the Phoenix guide. Unless given, it tracks
   * the `user_id` of the Socket's `params`, if there is one, with the join's payload as meta, and pushes the state.
   */
  afterJoin?: ((payload: JsonObject, channel: TestChannel) => void) | undefined;
  /**
   * Handles the events that clients push, by name. `track`, `update` (which merges the payload into the meta) and
   * `untrack` are there, for the `user_id` or the `key` in the payload; the reply to others is an error that says so.
   */
  handleIn?: Record<string, TestHandler> | undefined;
  /**
   * Adds fields beside `metas`, as `fetch/2` of a Phoenix Presence does. It gets a copy of the presences of the state
   * and of both sides of each diff, and returns them.
   */
  fetch?: ((topic: string, presences: TestPresences) => object) | undefined;
  /** `false`: nothing is delivered but by `flush`. Otherwise what was not flushed is delivered in microtasks. */
  autoFlush?: boolean | undefined;
}

/** A frame that was sent. */
export interface TestFrame {
  /** The sender. */
  readonly from: "client" | "server";
  /** The ref of the join that it belongs to; null in a broadcast. */
  readonly join_ref: string | null;
  /** What a reply refers to. */
  readonly ref: string | null;
  /** Such as `room:lobby`. */
  readonly topic: string;
  /** Such as `phx_join`, `presence_diff` or your own. */
  readonly event: string;
  /** The payload, as it went over the wire. */
  readonly payload: JsonObject;
}

/** A client's connection, as the server sees it. */
export interface TestConnection {
  /** What the Socket connected to. */
  readonly url: string;
  /** The Socket's `params`, as texts. */
  readonly params: Readonly<Record<string, string>>;
  /** The Socket's `authToken`. */
  readonly authToken: string | undefined;
  /** What was sent over it, both ways. */
  readonly frames: readonly TestFrame[];
  /** Cuts it, as when the network fails: code 1006. The others see its users leave; phoenix.js connects again. */
  drop(): void;
  /** Closes it, with code 1000 unless given. */
  close(code?: number, reason?: string): void;
}

/** A topic that a client joined, as the server sees it: the `socket` of a Phoenix channel. */
export interface TestChannel {
  /** Such as `room:lobby`. */
  readonly topic: string;
  /** The params of its Socket, as texts. */
  readonly params: Readonly<Record<string, string>>;
  /** The ref of the join that made it. */
  readonly joinRef: string | null;
  /** Whether it has not ended. Everything below throws an error when it has. */
  readonly joined: boolean;
  /**
   * Tracks a key until the channel ends; returns the `phx_ref`.
   *
   * @throws Error if it tracks the key already; its `reason` is what Phoenix says
   */
  track(key: string, meta?: object): string;
  /**
   * Replaces the meta of a key that it tracks; returns the new `phx_ref`.
   *
   * @throws Error if it does not track the key; its `reason` is what Phoenix says
   */
  update(key: string, meta: TestMetaChange): string;
  /** Stops to track a key. */
  untrack(key: string): void;
  /** Sends a message to this client alone. */
  push(event: string, payload?: object): void;
  /** Sends a message to everyone in the topic. */
  broadcast(event: string, payload?: object): void;
  /** Sends a message to everyone else in the topic. */
  broadcastFrom(event: string, payload?: object): void;
  /** Pushes `presence_state`, unless `withholdState` says otherwise. */
  pushState(): void;
  /** Ends it as if the server's code had thrown: the client gets `phx_error`, and joins again. */
  crash(): void;
  /** Ends it: the client gets `phx_close`, and does not join again. */
  close(): void;
}

/** A topic on the server, and the other users in it. */
export interface TestTopic {
  /** Such as `room:lobby`. */
  readonly name: string;
  /** One for each client that is joined. */
  readonly channels: readonly TestChannel[];
  /** Adds a meta of another user: each call is another device or tab. Returns its `phx_ref`. */
  track(key: string, meta?: object): string;
  /**
   * Replaces a meta, as Phoenix does: the new one takes its place whole. Returns the new `phx_ref`.
   *
   * @param phx_ref which one, where the key has several metas
   * @throws Error if the key is not tracked, or has several metas
   */
  update(key: string, meta: TestMetaChange, phx_ref?: string): string;
  /** Removes a user, or only the device that has this `phx_ref`. */
  untrack(key: string, phx_ref?: string): void;
  /** The presences, as a `presence_state` would have them. */
  list(): TestPresences;
  /** Sends a message to everyone. */
  broadcast(event: string, payload?: object): void;
  /** Pushes `presence_state` to everyone, once more or, after `withholdState`, at last. */
  pushState(): void;
  /** Sends no `presence_state` in this topic until `pushState` is called. Diffs are still sent. */
  withholdState(): void;
  /** Refuses joins from now on, with `{ reason: "unauthorized" }` unless given. Channels that are joined stay. */
  refuseJoins(response?: object): void;
  /** Gives joins no answer from now on, so that they time out. */
  ignoreJoins(): void;
  /** Accepts joins again, unless the option `join` says otherwise. */
  acceptJoins(): void;
  /** Ends all channels as if the server's code had thrown: clients get `phx_error`, and join again. */
  crash(): void;
  /** Ends all channels: clients get `phx_close`, and do not join again. */
  close(): void;
}

/** What phoenix.js makes in place of a WebSocket. */
export interface TestTransport {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readyState: number;
  /** Sends a frame to the server. */
  send(data: string): void;
  /** Closes the connection. */
  close(code?: number, reason?: string): void;
}

/** A server. Servers share nothing: make one for each test. */
export interface TestServer {
  /** For `new Socket("/socket", { transport })`, or as the global `WebSocket`. */
  readonly transport: {
    /** @throws Error when it is asked for another version of the protocol than 2.0.0 */
    new (url: string, protocols?: string | string[]): TestTransport;
  };
  /** What was sent over all connections, both ways, oldest first. */
  readonly frames: readonly TestFrame[];
  /** The connections that are open. */
  readonly connections: readonly TestConnection[];
  /** A topic, whether somebody has joined it or not. */
  topic(name: string): TestTopic;
  /**
   * Delivers everything that is on its way, and what that causes, before it returns: connections open, joins are
   * answered, messages arrive. Throws what a handler or a callback throws.
   */
  flush(): void;
  /** Cuts all connections, as when the network fails: code 1006. phoenix.js connects again. */
  drop(): void;
  /** Ends all connections with code 1012 and forgets all presences, the test's own too. phoenix.js connects again. */
  restart(): void;
  /** Cuts all connections, and refuses new ones until `goOnline` is called. */
  goOffline(): void;
  /** Accepts connections again. */
  goOnline(): void;
}

/**
 * A Phoenix server in memory.
 *
 * ```js
 * const server = createTestServer();
 * const socket = new Socket("/socket", { transport: server.transport, params: { user_id: "ada" } });
 * // … connect, join, show who is online
 * server.topic("room:lobby").track("grace", { status: "away" });
 * server.flush();
 * ```
 *
 * @throws TypeError for an option that there is not
 */
export function createTestServer(options?: TestServerOptions): TestServer;

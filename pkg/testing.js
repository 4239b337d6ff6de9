// A Phoenix server with Presence in memory, for tests of programs that use phoenix.js.
//
// Invariant: it is no part of the class: it imports nothing of this package but what is in testing/, and nothing else
// of this package imports it.

import { Endpoint } from "./testing/endpoint.js";
import { show } from "./testing/frame.js";
import { TestTopic } from "./testing/room.js";
import { TestTransport } from "./testing/transport.js";

/** "Service restart": what Phoenix closes with when it stops. */
const RESTART_CODE = 1012;

const OPTIONS = ["connect", "join", "afterJoin", "handleIn", "fetch", "autoFlush"];

/** @param {import("./testing.js").TestServerOptions} [options] @returns {import("./testing.js").TestServer} */
export function createTestServer(options = {}) {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new TypeError(`createTestServer knows ${OPTIONS.join(", ")}, and not ${name}`);
  }
  const endpoint = new Endpoint(options);
  /** @type {Map<string, TestTopic>} */
  const topics = new Map();
  const drop = () => {
    for (const link of [...endpoint.links]) link.drop();
  };

  return {
    transport: class extends TestTransport {
      /** @param {string} url @param {string | string[]} [protocols] */
      constructor(url, protocols) {
        super(endpoint, url, protocols);
      }
    },

    get frames() {
      return endpoint.frames;
    },

    get connections() {
      return [...endpoint.links].filter(({ connection }) => connection.isOpen).map(({ face }) => face);
    },

    topic(name) {
      if (typeof name !== "string")
        throw new TypeError(`A topic is a string such as "room:lobby", and not ${show(name)}`);
      const topic = topics.get(name) ?? new TestTopic(endpoint.room(name), () => endpoint.newOwner());
      topics.set(name, topic);
      return topic;
    },

    flush() {
      endpoint.queue.flush();
    },

    drop,

    restart() {
      for (const link of [...endpoint.links]) link.restart(RESTART_CODE);
      endpoint.clear();
    },

    goOffline() {
      endpoint.isReachable = false;
      drop();
    },

    goOnline() {
      endpoint.isReachable = true;
    },
  };
}

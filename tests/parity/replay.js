/**
 * Replays what one recorded client sent and received through the real Socket and Channel of phoenix.js.
 *
 * Only the transport is played: it hands over the recorded frames in their order and demands of the
 * client, frame by frame, that it sends what was sent then. Join refs, rejoins after a crash and
 * the dropping of outdated messages are therefore phoenix.js's own doing. Timers run on a mocked
 * clock that moves only while a frame is awaited.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Socket } from "phoenix";

/**
 * @typedef {object} Line a line of the recording
 * @property {string} case
 * @property {string} [client]
 * @property {"open" | "out" | "in" | "check" | "close"} [dir]
 * @property {string} [url]
 * @property {string} [frame]
 * @property {number} [code]
 * @property {unknown[]} [events]
 * @property {object} [state]
 */

/** @param {string} name a file of tests/fixtures @returns {any[]} */
export const readRecording = (name) =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/** @type {Line[]} */
export const RECORDING = readRecording("phoenix-1.8.12.jsonl");

/** The clients of the recording, with the lines of each. @type {Map<string, Line[]>} */
export const CLIENTS = new Map();
for (const line of RECORDING) {
  if (line.client) CLIENTS.set(line.client, [...(CLIENTS.get(line.client) ?? []), line]);
}

/** A WebSocket whose other end is the recording. */
class PlayedTransport {
  readyState = 0;
  /** @type {string[]} */
  sent = [];
  onopen = () => {};
  onmessage = (/** @type {{ data: string }} */ _) => {};
  onclose = (/** @type {{ code: number }} */ _) => {};

  /** @param {string} frame */
  send(frame) {
    this.sent.push(frame);
  }

  close(code = 1000) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

const YEARS = 2 ** 31 - 1;

export class ReplayedClient {
  /** @type {PlayedTransport | null} */
  transport = null;
  /** @type {import("phoenix").Channel | null} */
  channel = null;
  /** The refs that were sent here, by the recorded ones. @type {Map<string, string>} */
  #refs = new Map();
  #hasLeft = false;

  /**
   * @param {{ tick(ms: number): void }} clock
   * @param {(channel: any) => void} onChannel called with each channel before it joins
   * @param {(line: Line) => void} onCheck
   */
  constructor(clock, onChannel, onCheck) {
    this.clock = clock;
    this.onChannel = onChannel;
    this.onCheck = onCheck;
    const client = this;
    const transport = class extends PlayedTransport {
      constructor() {
        super();
        client.transport = this;
      }
    };
    // The pace of heartbeats is the recording's.
    this.socket = new Socket("ws://recorded/socket", {
      transport: /** @type {any} */ (transport),
      heartbeatIntervalMs: YEARS,
    });
  }

  /** @param {Line} line */
  step(line) {
    switch (line.dir) {
      case "open":
        return this.socket.connect();
      case "out":
        return this.#send(String(line.frame));
      case "in":
        return this.transport?.onmessage({ data: this.#withOwnRefs(String(line.frame)) });
      case "close":
        return this.transport?.close(line.code);
      case "check":
        return this.onCheck(line);
    }
  }

  /** @param {string} frame */
  #send(frame) {
    const [, , topic, event, payload] = JSON.parse(frame);
    this.#makeSend(topic, event, payload);
    for (let waited = 0; this.transport?.sent.length === 0 && waited < 10_000; waited += 50) this.clock.tick(50);
    const sent = JSON.parse(this.transport?.sent.shift() ?? "null");
    // The socket's refs also count its `onMessage` callbacks, so that they may differ from the recorded ones.
    const [recordedJoin, recordedRef] = JSON.parse(frame);
    this.#refs.set(recordedRef, sent[1]);
    assert.deepEqual(sent, [this.#refs.get(recordedJoin) ?? null, sent[1], topic, event, payload]);
  }

  /** A frame of the server with the refs that this socket used. @param {string} frame */
  #withOwnRefs(frame) {
    const [joinRef, ref, ...rest] = JSON.parse(frame);
    return JSON.stringify([this.#refs.get(joinRef) ?? joinRef, this.#refs.get(ref) ?? ref, ...rest]);
  }

  /** @param {string} topic @param {string} event @param {object} payload */
  #makeSend(topic, event, payload) {
    if (event === "heartbeat") {
      /** @type {any} */ (this.socket).sendHeartbeat();
    } else if (event === "phx_leave") {
      this.#hasLeft = true;
      this.channel?.leave();
    } else if (event !== "phx_join") {
      this.channel?.push(event, payload);
    } else if (this.transport !== null && (this.channel === null || this.#hasLeft)) {
      this.#hasLeft = false;
      this.channel = this.socket.channel(topic, payload);
      this.onChannel(this.channel);
      this.channel.join();
      if (this.transport.readyState === 1) return;
      this.transport.readyState = 1;
      this.transport.onopen();
    }
    // Any other phx_join is a rejoin, which the channel does by itself.
  }
}

/**
 * Writes down the callbacks of a Presence in the form of the recording: refs only.
 *
 * @param {any} presence
 * @returns {() => unknown[]} what happened since the last call
 */
export function recordEvents(presence) {
  /** @type {unknown[]} */
  let events = [];
  const refs = (/** @type {any} */ presence) =>
    presence && presence.metas.map((/** @type {any} */ meta) => meta.phx_ref);
  presence.onJoin((/** @type {string} */ key, /** @type {any} */ current, /** @type {any} */ joined) => {
    events.push(["join", key, refs(current) ?? null, refs(joined)]);
  });
  presence.onLeave((/** @type {string} */ key, /** @type {any} */ current, /** @type {any} */ left) => {
    events.push(["leave", key, refs(current), refs(left)]);
  });
  presence.onSync(() => events.push(["sync"]));
  return () => {
    const since = events;
    events = [];
    return since;
  };
}

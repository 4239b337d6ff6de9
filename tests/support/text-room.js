/**
 * The store over JSON text, as JavaScript drives it: an instance of its WebAssembly for each room.
 */

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const WASM = new URL("../../target/raw.wasm", import.meta.url);

/** How a message is handled: `Flags` of src/raw/mod.rs. */
export const FLAGS = { joins: 1, leaves: 2, hasState: 256, hasStateOfJoin: 512, waitsForJoin: 1024 };

/** The outcome of a message, as bits: src/raw/room.rs. */
const OUTCOME = { notJson: -1, added: 4, dropsWaiting: 8 };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** @type {WebAssembly.Module | undefined} */
let compiled;
const compile = () => (compiled ??= new WebAssembly.Module(readFileSync(WASM)));

/** JSON's numbers have a zero with a sign, which is equal to the other. @param {string} text */
const parse = (text) => JSON.parse(text, (_key, value) => (value === 0 ? 0 : value));

export class TextRoom {
  constructor() {
    const equal = (/** @type {number[]} */ ...[one, length, other, otherLength]) =>
      Number(isDeepStrictEqual(parse(this.read(one, length)), parse(this.read(other, otherLength))));
    const instance = new WebAssembly.Instance(compile(), { a: { equal } });
    /** @type {any} */
    this.core = instance.exports;
    this.core.open(1, 2);
  }

  /** How many bytes of memory the instance has. @returns {number} */
  get memory() {
    return this.core.memory.buffer.byteLength;
  }

  /** Writes a text for the next call. @param {string} text @returns {number} its length in bytes */
  put(text) {
    let length = text.length + 8;
    for (;;) {
      const start = this.core.reserve(length); // Which may replace the buffer.
      const bytes = new Uint8Array(this.core.memory.buffer, start, length);
      const { read, written } = encoder.encodeInto(text, bytes);
      if (read === text.length) return written;
      length = 3 * text.length;
    }
  }

  /** @param {number} start @param {number} length */
  read(start, length) {
    return decoder.decode(new Uint8Array(this.core.memory.buffer, start, length));
  }

  /** What the last call answered. @returns {any} */
  report() {
    const length = this.core.report_len();
    return length === 0 ? undefined : JSON.parse(this.read(this.core.report(), length));
  }

  /** Whether the text is JSON, whose presences are then the room's. @param {string} text */
  load(text) {
    return this.core.load(this.put(text)) === 1;
  }

  /** @param {string} text @param {number} flags */
  state(text, flags) {
    return checked(this.core.receive_state(this.put(text), flags), text);
  }

  /** @param {string} text @param {number} flags @param {number} [waiting] how many diffs wait */
  diff(text, flags, waiting = 0) {
    return checked(this.core.receive_diff(this.put(text), waiting, flags), text);
  }

  /** @param {string} key @returns {any} */
  get(key) {
    // A lone surrogate cannot be encoded, and can be escaped.
    const escaped = JSON.stringify(key).slice(1, -1);
    return this.core.get(this.put(escaped), 1) ? this.report() : undefined;
  }

  /** The keys and presences at some places of the list. @param {number} from @param {number} to @returns {any[]} */
  rows(from, to) {
    this.core.rows(from, to);
    return this.report();
  }
}

/** @param {number} outcome @param {string} text @throws {SyntaxError} that of JSON.parse */
function checked(outcome, text) {
  if (outcome === OUTCOME.notJson) JSON.parse(text);
  return outcome;
}

/** A room that follows a channel: what the class would remember between two messages. */
export class TextClient {
  constructor() {
    this.room = new TextRoom();
    /** @type {unknown} */
    this.stateOf = undefined;
    /** @type {unknown} */
    this.waitsFor = undefined;
    /** @type {string[]} */
    this.waiting = [];
  }

  /** @param {unknown} joinRef */
  flags(joinRef) {
    const hasState = Boolean(this.stateOf);
    return (
      FLAGS.joins +
      FLAGS.leaves +
      (hasState ? FLAGS.hasState : 0) +
      (hasState && this.stateOf === joinRef ? FLAGS.hasStateOfJoin : 0) +
      (this.waitsFor === joinRef ? FLAGS.waitsForJoin : 0)
    );
  }

  /** @param {string} text @param {unknown} joinRef @returns {unknown[]} the events, flat */
  state(text, joinRef) {
    for (const diff of this.waiting) this.room.core.add_waiting(this.room.put(diff), 1);
    this.waiting = [];
    this.room.state(text, this.flags(joinRef));
    this.stateOf = joinRef;
    return this.room.report()?.[1] ?? [];
  }

  /** @param {string} text @param {unknown} joinRef @returns {unknown[]} the events, flat */
  diff(text, joinRef) {
    const outcome = this.room.diff(text, this.flags(joinRef), this.waiting.length);
    if (outcome & OUTCOME.dropsWaiting) {
      this.waiting = [];
      this.waitsFor = joinRef;
    }
    if (outcome & OUTCOME.added) this.waiting.push(text);
    return this.room.report()?.[1] ?? [];
  }
}

/**
 * Plays a stream of steps into one Presence and writes down all that a program could see of it.
 *
 * The log of two implementations is equal exactly when they behaved alike: what each callback got,
 * described at the moment of the call, and after every step the state, its keys in order, the
 * lists, the fields and the return values.
 */

import { pendingDiffsSnapshot, stateIsComparableInside, stateObjectIsComparableAfter } from "./differences.js";
import { FakeChannel } from "../support/fake-channel.js";
import { snapshot } from "../support/snapshot.js";

/** @typedef {"onJoin" | "onLeave" | "onSync"} Slot */

/**
 * @typedef {{ do: "state" | "diff", text: string }
 *   | { do: "rejoin", joinRef: unknown }
 *   | { do: "callback", slot: Slot, replaces: Slot | null, via: "method" | "field" }
 *   | { do: "silence", slot: "onJoin" | "onLeave", with: null | undefined }
 *   | { do: "assign", text: string, nullPrototype: boolean }
 *   | { do: "forget", field: "joinRef" | "pendingDiffs" }
 *   | { do: "list", chooser: keyof typeof CHOOSERS }
 *   | { do: "unrelated", event: string, text: string }} Step
 *
 * @typedef {object} Stream
 * @property {unknown} firstJoinRef what `channel.joinRef()` returns at first
 * @property {{ events?: { state: string, diff: string } } | undefined} options
 * @property {boolean} frozen whether the input of an implementation that promises not to change it is frozen
 * @property {number} looks after how many steps the program looks at the Presence
 * @property {Step[]} steps
 */

/** @type {Record<string, ((key: string, presence: any) => unknown) | null | undefined>} */
export const CHOOSERS = {
  none: undefined,
  null: null,
  key: (key) => key,
  presence: (_, presence) => presence,
  firstMeta: (_, { metas: [first] }) => first,
  both: (key, presence) => [key, presence],
  nothing: () => undefined,
};

/**
 * @param {any} Presence
 * @param {Stream} stream
 * @param {import("./differences.js").Treatment} treatment
 * @returns {string[]}
 */
export function play(Presence, stream, treatment) {
  return new Play(Presence, stream, treatment).run();
}

class Play {
  /** @type {string[]} */
  log = [];
  /** The join under which each waiting diff arrived. @type {unknown[]} */
  waiting = [];
  /** Values handed over or out, with what they looked like then. @type {Map<object, string>} */
  held = new Map();
  callbacks = 0;
  /** What happens, or happened last. @type {Step["do"] | undefined} */
  step = undefined;

  /**
   * @param {any} Presence
   * @param {Stream} stream
   * @param {import("./differences.js").Treatment} treatment
   */
  constructor(Presence, stream, treatment) {
    this.steps = stream.steps;
    this.looks = stream.looks;
    this.treatment = treatment;
    this.channel = new FakeChannel(stream.firstJoinRef);
    this.events = stream.options?.events ?? { state: "presence_state", diff: "presence_diff" };
    this.presence = new Presence(this.channel, ...(stream.options === undefined ? [] : [stream.options]));
    this.state = this.presence.state;
  }

  run() {
    this.note(
      "subscribed to",
      FakeChannel.bindings(this.channel).map(({ event }) => event),
    );
    this.observe();
    this.steps.forEach((step, index) => {
      this.log.push(`— step ${index}: ${JSON.stringify(step)}`);
      this.step = step.do;
      this.take(step);
      if ((index + 1) % this.looks === 0 || index === this.steps.length - 1) this.observe();
      else this.state = this.presence.state;
    });
    if (this.treatment.keepsValues) this.checkHeldValues();
    return this.log;
  }

  /** @param {Step} step */
  take(step) {
    const { presence, channel, treatment } = this;
    switch (step.do) {
      case "state":
        treatment.beforeState(presence, this.stale());
        this.waiting = [];
        FakeChannel.deliver(channel, this.events.state, this.payload(step.text));
        break;
      case "diff":
        if (presence.inPendingSyncState()) this.waiting.push(channel.joinRef());
        FakeChannel.deliver(channel, this.events.diff, this.payload(step.text));
        break;
      case "rejoin":
        FakeChannel.rejoin(channel, step.joinRef);
        break;
      case "callback": {
        const callback = this.recorder(step.slot, step.replaces);
        if (step.via === "field") presence.caller[step.slot] = callback;
        else this.note(`${step.slot}() returned`, presence[step.slot](callback));
        break;
      }
      case "silence":
        this.note(`${step.slot}() returned`, presence[step.slot](step.with));
        break;
      case "assign":
        presence.state = this.assignable(step);
        break;
      case "forget":
        if (step.field === "pendingDiffs") this.waiting = [];
        presence[step.field] = step.field === "pendingDiffs" ? [] : null;
        break;
      case "list":
        this.noteList(step.chooser);
        break;
      case "unrelated":
        FakeChannel.deliver(channel, step.event, this.payload(step.text));
        break;
    }
  }

  /**
   * A callback that notes how it was called, and may put another one in a slot while it runs.
   *
   * @param {Slot} slot
   * @param {Slot | null} replaces
   */
  recorder(slot, replaces) {
    const name = `${slot} #${++this.callbacks}`;
    const play = this;
    return function (/** @type {unknown[]} */ ...args) {
      // @ts-expect-error the receiver is part of what a callback sees
      play.note(`${name} called on`, this);
      play.note(`${name} with`, args);
      play.note(`${name} sees pending`, play.presence.inPendingSyncState());
      play.note(`${name} sees join`, play.presence.joinRef);
      if (stateIsComparableInside(slot) && play.looks === 1) play.observe();
      args.forEach((value) => play.hold(value));
      if (replaces) play.presence[replaces](play.recorder(replaces, null));
      return name;
    };
  }

  /** @param {string} text */
  payload(text) {
    const payload = JSON.parse(text);
    this.hold(payload);
    return payload;
  }

  /**
   * A state made by the program: a plain one must be copied, one without a prototype may be updated.
   *
   * @param {{ text: string, nullPrototype: boolean }} step
   */
  assignable({ text, nullPrototype }) {
    const state = JSON.parse(text);
    if (nullPrototype) return Object.setPrototypeOf(state, null);
    this.hold(state);
    return state;
  }

  /** Everything a program can read between two messages. */
  observe() {
    const { presence } = this;
    const keys = Object.getOwnPropertyNames(presence.state);
    this.note("own fields", Object.keys(presence));
    this.note("state", presence.state);
    if (stateObjectIsComparableAfter(this.step)) {
      this.note("state is the object it was", presence.state === this.state);
    }
    this.state = presence.state;
    this.log.push(`pendingDiffs: ${pendingDiffsSnapshot(presence.pendingDiffs, this.stale())}`);
    this.note("joinRef", presence.joinRef);
    this.note("channel is the one given", presence.channel === this.channel);
    this.note("caller", presence.caller);
    this.note("inPendingSyncState()", presence.inPendingSyncState());

    const list = presence.list();
    this.note("list()", list);
    this.note(
      "list() has the presences of the state",
      list.map((/** @type {object} */ p, /** @type {number} */ i) => p === presence.state[keys[i]]),
    );
    // The array belongs to the caller, who may sort it.
    list.reverse().push("scribble");
    this.note("list() again", presence.list());
    keys.forEach((key) => this.hold(presence.state[key]));
  }

  /** @param {keyof typeof CHOOSERS} name */
  noteList(name) {
    const chooser = CHOOSERS[name];
    this.note(`list(${name})`, this.presence.list(chooser));
    if (!chooser) return;
    const seen = this.presence.list((/** @type {unknown[]} */ ...args) => {
      this.note("chooser called with", args);
      return args.length;
    });
    this.note("list(arity)", seen);
  }

  stale() {
    return this.waiting.map((joinRef) => joinRef !== this.channel.joinRef());
  }

  /** @param {unknown} value */
  hold(value) {
    if (!this.treatment.keepsValues || typeof value !== "object" || value === null) return;
    if (!this.held.has(value)) this.held.set(this.treatment.protect(value), snapshot(value));
  }

  checkHeldValues() {
    for (const [value, before] of this.held) {
      const now = snapshot(value);
      if (now !== before) this.log.push(`a value handed out changed from ${before} to ${now}`);
    }
  }

  /**
   * @param {string} what
   * @param {unknown} value
   */
  note(what, value) {
    this.log.push(`${what}: ${snapshot(value)}`);
  }
}

/**
 * A Presence inside what state libraries wrap objects in: every method and getter works, and what
 * phoenix.js's class has gives what it gives there.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { immerable, produce } from "immer";
import { parseHTML } from "linkedom";
import { makeObservable, observable, observableRef } from "mobx";
import { proxy, snapshot as valtioSnapshot } from "valtio/vanilla";
import * as vue from "vue";
import { renderToString } from "vue/server-renderer";

import { user } from "../support/payloads.js";
import { Oracle, Ours } from "../support/presences.js";
import { snapshot } from "../support/snapshot.js";

/** A channel without private fields, which no proxy can read. */
class PlainChannel {
  /** @type {Record<string, ((payload: unknown) => void)[]>} */
  callbacks = {};

  /** @param {string} event @param {(payload: unknown) => void} callback */
  on(event, callback) {
    (this.callbacks[event] ??= []).push(callback);
    return 0;
  }

  joinRef() {
    return "1";
  }

  /** @param {string} event @param {unknown} payload */
  deliver(event, payload) {
    for (const callback of this.callbacks[event]) callback(payload);
  }
}

/** The ways to wrap a Presence. @type {[string, (presence: any) => any][]} */
const WRAPPERS = [
  ["Vue's ref", (presence) => vue.ref(presence).value],
  ["Vue's reactive", (presence) => vue.reactive(presence)],
  ["Vue's reactive around it", (presence) => vue.reactive({ presence }).presence],
  ["Vue's readonly", (presence) => vue.readonly(presence)],
  ["Vue's shallowReactive", (presence) => vue.shallowReactive(presence)],
  ["MobX's observable", (presence) => observable({ presence }).presence],
  ["MobX's observableRef", (presence) => observable({ presence }, { presence: observableRef }).presence],
  ["valtio's proxy", (presence) => proxy({ presence }).presence],
  ["immer's produce", (presence) => produce({ presence, other: 1 }, (draft) => void (draft.other = 2)).presence],
];

/** What both classes have. @param {any} presence */
const read = (presence) => [
  presence.list(),
  presence.list((/** @type {string} */ key, /** @type {any} */ { metas }) => `${key} ${metas.length}`),
  presence.inPendingSyncState(),
  Object.keys(presence.state),
  presence.pendingDiffs.length,
  presence.joinRef,
];

/** Uses one through its wrapper. @param {any} Presence @param {(presence: any) => any} wrap */
function use(Presence, wrap) {
  const channel = new PlainChannel();
  const presence = wrap(new Presence(channel));
  /** @type {unknown[]} */
  const seen = [];
  presence.onJoin((/** @type {string} */ key) => seen.push(`join ${key}`));
  presence.onLeave((/** @type {string} */ key) => seen.push(`leave ${key}`));
  presence.onSync(() => seen.push("sync"));
  seen.push(snapshot(read(presence)));
  channel.deliver("presence_diff", { joins: { cy: user("3") }, leaves: {} });
  channel.deliver("presence_state", { ada: user("1"), bob: user("2") });
  seen.push(snapshot(read(presence)));
  channel.deliver("presence_diff", { joins: { dee: user("4") }, leaves: { bob: user("2") } });
  seen.push(snapshot(read(presence)));
  return { channel, presence, seen };
}

for (const [name, wrap] of WRAPPERS) {
  test(`in ${name} it does what phoenix.js's does there`, () => {
    assert.equal(snapshot(use(Ours, wrap).seen), snapshot(use(Oracle, wrap).seen));
  });

  test(`in ${name} every method and getter that was added works`, async () => {
    const { channel, presence } = use(Ours, wrap);
    /** @type {unknown[]} */
    const heard = [];
    const stop = presence.subscribe((/** @type {any[]} */ changes) => heard.push(changes.map(({ key }) => key)));
    const stopWatching = presence.watch("eve", (/** @type {any} */ { type }) => heard.push(type));
    presence.onError((/** @type {Error} */ { message }) => heard.push(message));
    channel.deliver("presence_diff", { joins: { eve: user("5"), bad: 1 }, leaves: {} });
    assert.deepEqual(heard.slice(0, 2), [["eve"], "enter"]);
    assert.match(String(heard[2]), /"bad"/);
    assert.deepEqual([presence.size, presence.metaCount, presence.status], [4, 4, "synced"]);
    assert.deepEqual([presence.has("eve"), presence.has("bob"), presence.get("eve")], [true, false, user("5")]);
    assert.deepEqual(
      presence.entries().map((/** @type {any} */ [key]) => key),
      ["ada", "cy", "dee", "eve"],
    );
    assert.equal(presence.entries(), presence.entries());
    await presence.whenSynced();
    stop();
    stopWatching();
    assert.deepEqual(JSON.parse(JSON.stringify(presence)), {
      status: "synced",
      size: 4,
      keys: ["ada", "cy", "dee", "eve"],
    });
    assert.match(inspect(presence), /status: 'synced'/);
    presence.dispose();
    assert.equal(presence.status, "closed");
  });
}

test("in a component's data() it is rendered as phoenix.js's is", async () => {
  const render = (/** @type {any} */ Presence) =>
    renderToString(
      vue.createSSRApp({
        data: () => use(Presence, (presence) => presence),
        template: `<i>{{ presence.list((key) => key).join() }} {{ presence.inPendingSyncState() }}</i>`,
      }),
    );
  assert.equal(await render(Ours), "<i>ada,cy,dee false</i>");
  assert.equal(await render(Oracle), await render(Ours));
});

test("a subclass with MobX's makeObservable works as phoenix.js's does", () => {
  const subclass = (/** @type {any} */ Presence) =>
    class extends Presence {
      count = 0;
      constructor(/** @type {any} */ channel) {
        super(channel);
        makeObservable(this, { count: observable, state: observableRef });
      }
    };
  assert.equal(
    snapshot(use(subclass(Ours), (presence) => presence).seen),
    snapshot(use(subclass(Oracle), (presence) => presence).seen),
  );
});

test("in valtio's snapshot its methods read what phoenix.js's do", () => {
  const list = (/** @type {any} */ Presence) => {
    const { presence } = use(Presence, (presence) => presence);
    return /** @type {any} */ (valtioSnapshot(proxy({ presence }))).presence.list((/** @type {string} */ key) => key);
  };
  assert.deepEqual(list(Ours), ["ada", "cy", "dee"]);
  assert.deepEqual(list(Oracle), list(Ours));
});

test("as an immerable subclass it is drafted by immer, and read in the draft", () => {
  const list = (/** @type {any} */ Presence) => {
    const Immerable = class extends Presence {};
    /** @type {any} */ (Immerable)[immerable] = true;
    const { presence } = use(Immerable, (presence) => presence);
    /** @type {string[]} */
    let keys = [];
    produce({ presence }, (draft) => void (keys = draft.presence.list((/** @type {string} */ key) => key)));
    return keys;
  };
  assert.deepEqual(list(Ours), list(Oracle));
});

test("in Alpine's x-data it is shown as phoenix.js's is", async () => {
  const shown = async (/** @type {any} */ Presence) => {
    const { window, document } = parseHTML(
      `<html><body><p x-data="room" x-text="presence.list((key) => key).join()"></p></body></html>`,
    );
    const { MutationObserver, Element, HTMLElement, ShadowRoot, CustomEvent, Node } = window;
    const browser = { window, document, MutationObserver, Element, HTMLElement, ShadowRoot, CustomEvent, Node };
    Object.assign(globalThis, browser);
    // @ts-expect-error It has no types.
    const { default: loaded } = await import("alpinejs");
    // A CommonJS module to Node, which nests the default export.
    const Alpine = loaded.default ?? loaded;
    Alpine.data("room", () => ({ presence: use(Presence, (presence) => presence).presence }));
    Alpine.initTree(document.body);
    await new Promise((resolve) => Alpine.nextTick(resolve));
    return document.querySelector("p")?.textContent;
  };
  assert.equal(await shown(Ours), "ada,cy,dee");
  assert.equal(await shown(Oracle), "ada,cy,dee");
});

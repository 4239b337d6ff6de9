/**
 * Implementations that are wrong on purpose, to prove that the comparison would notice.
 *
 * Each is the source of phoenix.js's Presence with a few characters changed. The starting point is
 * that source with its known defects mended the way phoenix-presence promises: it changes no value
 * it was given or has handed out, and forgets waiting diffs of an earlier join.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

/** @typedef {readonly [from: string, to: string]} Edit */

const source = await readFile(new URL("../../assets/js/phoenix/presence.js", import.meta.resolve("phoenix")), "utf8");

/** @param {string} text @param {readonly Edit[]} edits */
function edited(text, edits) {
  return edits.reduce((result, [from, to]) => {
    assert.equal(result.split(from).length, 2, `this must occur exactly once: ${from}`);
    return result.replace(from, () => to);
  }, text);
}

/** @type {readonly Edit[]} */
const MENDS = [
  // syncState works on a copy of the payload
  ["newState = this.toNullProtoObj(newState)", "newState = this.toNullProtoObj(this.clone(newState))"],
  // a leave replaces the presence
  ["let refsToRemove =", "currentPresence = state[key] = this.clone(currentPresence)\n      let refsToRemove ="],
  // waiting diffs remember their join
  ["this.pendingDiffs.push(diff)", "this.pendingDiffs.push(diff); JOINS.set(diff, this.channel.joinRef())"],
  [
    "this.pendingDiffs.forEach(diff => {",
    "this.pendingDiffs.filter(diff => JOINS.get(diff) === this.joinRef).forEach(diff => {",
  ],
  ["export default class Presence {", "const JOINS = new WeakMap()\nexport default class Presence {"],
];

const mended = edited(source, MENDS);

/** @param {string} text */
async function load(text) {
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)).default;
}

/** phoenix.js as published, as a class of its own. */
export const AsPublished = await load(source);

/** phoenix.js with the documented differences, and nothing else. */
export const Mended = await load(mended);

/**
 * @param {readonly Edit[]} edits of the mended source
 */
export function mutant(edits) {
  return load(edited(mended, edits));
}

/**
 * What is wrong with each, and how it is made.
 *
 * @type {Record<string, readonly Edit[]>}
 */
export const MUTANTS = {
  "new metas come before the old ones": [
    ["state[key].metas.unshift(...curMetas)", "state[key].metas.push(...curMetas)"],
  ],
  "old metas come in reverse": [
    ["state[key].metas.unshift(...curMetas)", "state[key].metas.unshift(...curMetas.reverse())"],
  ],
  "a join drops the metas it does not name": [["state[key].metas.unshift(...curMetas)", ""]],
  "a ref that joins again is kept twice": [["joinedRefs.indexOf(m.phx_ref) < 0", "true"]],
  "a ref that joins again keeps its old place": [
    [
      "state[key].metas.unshift(...curMetas)",
      "state[key].metas = currentPresence.metas.map(m => state[key].metas.find(n => n.phx_ref === m.phx_ref) ?? m).concat(state[key].metas.filter(n => currentPresence.metas.every(m => m.phx_ref !== n.phx_ref)))",
    ],
  ],
  "a join keeps the old fields beside metas": [
    [
      "state[key] = this.clone(newPresence)",
      "state[key] = {...this.clone(newPresence), ...this.clone(currentPresence ?? {}), metas: this.clone(newPresence.metas)}",
    ],
  ],
  "a leave takes the fields beside metas": [
    [
      "currentPresence.metas = currentPresence.metas.filter",
      "currentPresence = state[key] = {...this.clone(leftPresence), metas: currentPresence.metas}\n      currentPresence.metas = currentPresence.metas.filter",
    ],
  ],
  "a leave moves metas to the end of a presence's fields": [
    [
      "currentPresence.metas = currentPresence.metas.filter",
      "let before = currentPresence.metas; delete currentPresence.metas; currentPresence.metas = before.filter",
    ],
  ],
  "a field named __proto__ beside metas is lost": [
    [
      "currentPresence = state[key] = this.clone(currentPresence)",
      "currentPresence = state[key] = Object.assign({}, currentPresence)",
    ],
  ],
  "a joining key goes to the end of the list": [
    [
      "let currentPresence = state[key]\n      state[key] =",
      "let currentPresence = state[key]\n      delete state[key]\n      state[key] =",
    ],
  ],
  "a user without metas stays": [["delete state[key]", ""]],
  "a leave of an unknown user is told": [
    ["if(!currentPresence){ return }", "if(!currentPresence){ onLeave(key, currentPresence, leftPresence); return }"],
  ],
  "onJoin is not told who was there": [
    ["onJoin(key, currentPresence, newPresence)", "onJoin(key, undefined, newPresence)"],
  ],
  "onJoin is told null instead of undefined": [
    ["onJoin(key, currentPresence, newPresence)", "onJoin(key, currentPresence ?? null, newPresence)"],
  ],
  "onJoin gets the merged presence": [
    ["onJoin(key, currentPresence, newPresence)", "onJoin(key, currentPresence, state[key])"],
  ],
  "onJoin gets the merged presence as current": [
    ["onJoin(key, currentPresence, newPresence)", "onJoin(key, currentPresence && state[key], newPresence)"],
  ],
  "onJoin is told only of new refs": [
    [
      "onJoin(key, currentPresence, newPresence)",
      "if(!currentPresence || newPresence.metas.some(m => currentPresence.metas.every(c => c.phx_ref !== m.phx_ref))) onJoin(key, currentPresence, newPresence)",
    ],
  ],
  "onJoin gets one argument too many": [
    ["onJoin(key, currentPresence, newPresence)", "onJoin(key, currentPresence, newPresence, state)"],
  ],
  "callbacks are called on the caller": [
    [
      "let {onJoin, onLeave, onSync} = this.caller\n\n      this.joinRef",
      "let {onJoin, onLeave} = this.caller, onSync = () => this.caller.onSync()\n\n      this.joinRef",
    ],
  ],
  "onLeave comes before the metas are gone": [
    ["onLeave(key, currentPresence, leftPresence)", ""],
    [
      "currentPresence.metas = currentPresence.metas.filter",
      "onLeave(key, this.clone(currentPresence), leftPresence)\n      currentPresence.metas = currentPresence.metas.filter",
    ],
  ],
  "onLeave is not told of a user who stays": [
    [
      "onLeave(key, currentPresence, leftPresence)",
      "if(currentPresence.metas.length === 0) onLeave(key, currentPresence, leftPresence)",
    ],
  ],
  "leaves come before joins": [
    [
      "this.map(joins, (key, newPresence) => {\n      let currentPresence",
      "const join = () => this.map(joins, (key, newPresence) => {\n      let currentPresence",
    ],
    ["      }\n    })\n    return state\n", "      }\n    })\n    join()\n    return state\n"],
  ],
  "onSync is forgotten after a diff": [
    [
      "this.state = Presence.syncDiff(this.state, diff, onJoin, onLeave)\n        onSync()",
      "this.state = Presence.syncDiff(this.state, diff, onJoin, onLeave)",
    ],
  ],
  "onSync is forgotten after a state": [["this.pendingDiffs = []\n      onSync()", "this.pendingDiffs = []"]],
  "onSync comes once per waiting diff": [
    [
      "this.state = Presence.syncDiff(this.state, diff, onJoin, onLeave)\n      })",
      "this.state = Presence.syncDiff(this.state, diff, onJoin, onLeave); onSync()\n      })",
    ],
  ],
  "onSync comes for a diff that waits": [["this.pendingDiffs.push(diff)", "this.pendingDiffs.push(diff); onSync()"]],
  "waiting diffs are dropped": [["this.pendingDiffs.push(diff)", ""]],
  "waiting diffs stay in the list": [["this.pendingDiffs = []\n      onSync()", "onSync()"]],
  "waiting diffs are applied in reverse": [
    ["this.pendingDiffs.filter(", "Array.from(this.pendingDiffs).reverse().filter("],
  ],
  "waiting diffs of an earlier join are applied": [["JOINS.get(diff) === this.joinRef", "true"]],
  "diffs never wait": [["if(this.inPendingSyncState())", "if(false)"]],
  "a rejoin is not seen": [
    ["return !this.joinRef || (this.joinRef !== this.channel.joinRef())", "return !this.joinRef"],
  ],
  "pending is truthy rather than true": [["return !this.joinRef ||", "return (this.joinRef ? false : 1) ||"]],
  "the join ref is taken at the end": [
    ["this.joinRef = this.channel.joinRef()\n", ""],
    ["JOINS.get(diff) === this.joinRef", "JOINS.get(diff) === this.channel.joinRef()"],
    [
      "this.pendingDiffs = []\n      onSync()",
      "this.pendingDiffs = []\n      this.joinRef = this.channel.joinRef()\n      onSync()",
    ],
  ],
  "callbacks are read when they are called": [
    [
      "let {onJoin, onLeave, onSync} = this.caller\n\n      if",
      "let onJoin = (...a) => this.caller.onJoin?.(...a), onLeave = (...a) => this.caller.onLeave?.(...a), onSync = () => (0, this.caller.onSync)()\n\n      if",
    ],
  ],
  "a method returns the presence for chaining": [
    [
      "onSync(callback){ this.caller.onSync = callback }",
      "onSync(callback){ this.caller.onSync = callback; return this }",
    ],
  ],
  "an instance has one more field": [["this.joinRef = null\n", "this.joinRef = null\n    this.cache = new Map()\n"]],
  "custom event names are ignored": [["opts.events ||", "null ||"]],
  "the roster loses its callbacks' defaults": [["onSync: function (){ }", "onSync: () => {}, onError: null"]],
  "refs are compared as text": [
    [
      "let refsToRemove = leftPresence.metas.map(m => m.phx_ref)",
      "let refsToRemove = leftPresence.metas.map(m => String(m.phx_ref))",
    ],
    ["refsToRemove.indexOf(p.phx_ref)", "refsToRemove.indexOf(String(p.phx_ref))"],
  ],
  "a meta without a ref is never the same": [
    [
      "let refsToRemove = leftPresence.metas.map(m => m.phx_ref)",
      "let refsToRemove = leftPresence.metas.map(m => m.phx_ref ?? {})",
    ],
  ],
  "a missing ref equals null": [
    [
      "let joinedRefs = state[key].metas.map(m => m.phx_ref)",
      "let joinedRefs = state[key].metas.map(m => m.phx_ref ?? null)",
    ],
    ["joinedRefs.indexOf(m.phx_ref)", "joinedRefs.indexOf(m.phx_ref ?? null)"],
  ],
  "a state takes the server's order of metas": [
    [
      "return this.syncDiff(state, {joins: joins, leaves: leaves}, onJoin, onLeave)",
      "let result = this.syncDiff(state, {joins: joins, leaves: leaves}, onJoin, onLeave)\n    this.map(result, key => { if(given[key]) result[key].metas = given[key] })\n    return result",
    ],
    [
      "let joins = Object.create(null)",
      "let given = Object.create(null); this.map(newState, (key, p) => { given[key] = this.clone(p.metas) })\n    let joins = Object.create(null)",
    ],
  ],
  "a state takes the server's order of keys": [
    [
      "return this.syncDiff(state, {joins: joins, leaves: leaves}, onJoin, onLeave)",
      "let result = this.syncDiff(state, {joins: joins, leaves: leaves}, onJoin, onLeave), sorted = Object.create(null)\n    this.map(newState, key => { sorted[key] = result[key] })\n    return sorted",
    ],
  ],
  "a state takes the server's fields": [["if(joinedMetas.length > 0){", "if(true){"]],
  "a state replaces what was known without a word": [
    ["return this.syncDiff(state, {joins: joins, leaves: leaves}, onJoin, onLeave)", "return newState"],
  ],
  "a state does not remove who has vanished": [["leaves[key] = presence", ""]],
  "a state tells all metas of a user who lost one": [["leaves[key].metas = leftMetas", ""]],
  "a state tells all metas of a user who got one": [["joins[key].metas = joinedMetas", ""]],
  "a state tells leaves in the order of the state": [
    [
      "joins[key] = newPresence\n      }\n    })",
      "joins[key] = newPresence\n      }\n    })\n    let ordered = Object.create(null); this.map(state, key => { if(leaves[key]) ordered[key] = leaves[key] }); leaves = ordered",
    ],
  ],
  "a state tells joins in alphabetical order": [
    [
      "joins[key] = newPresence\n      }\n    })",
      "joins[key] = newPresence\n      }\n    })\n    let ordered = Object.create(null); Object.keys(joins).sort().forEach(key => { ordered[key] = joins[key] }); joins = ordered",
    ],
  ],
  "a state has a prototype": [["let cleaned = Object.create(null)", "let cleaned = {}"]],
  "a user named __proto__ is lost": [
    [
      "return Object.getOwnPropertyNames(obj).map",
      "return Object.getOwnPropertyNames(obj).filter(key => key !== '__proto__').map",
    ],
  ],
  "a user named by an empty string is lost": [
    ["return Object.getOwnPropertyNames(obj).map", "return Object.getOwnPropertyNames(obj).filter(Boolean).map"],
  ],
  "lone surrogates are replaced": [
    [
      "onJoin(key, currentPresence, newPresence)",
      "onJoin(key.replace(/\\p{Surrogate}/gu, '\\ufffd'), currentPresence, newPresence)",
    ],
  ],
  "the list is alphabetical": [
    [
      "return this.map(presences, (key, presence) =>",
      "return this.map(Object.fromEntries(Object.entries(presences).sort()), (key, presence) =>",
    ],
  ],
  "the list ignores a chooser": [
    ["list(by){ return Presence.list(this.state, by) }", "list(){ return Presence.list(this.state) }"],
  ],
  "the chooser gets only the presence": [
    ["return chooser(key, presence)", "return chooser.length === 0 ? chooser(key) : chooser(key, presence)"],
  ],
  "the list is copies": [
    [
      "list(by){ return Presence.list(this.state, by) }",
      "list(by){ return Presence.list(Presence.clone(this.state), by) }",
    ],
  ],
  "the list is always the same array": [
    [
      "list(by){ return Presence.list(this.state, by) }",
      "list(by){ if(by) return Presence.list(this.state, by); if(this.state !== SEEN[0]) SEEN = [this.state, Presence.list(this.state)]; return SEEN[1] }",
    ],
    ["const JOINS", "let SEEN = []\nconst JOINS"],
  ],
  "the list is of an earlier state": [
    [
      "list(by){ return Presence.list(this.state, by) }",
      "list(by){ if(by) return Presence.list(this.state, by); if(this.state !== SEEN[0]) SEEN = [this.state, Presence.list(this.state)]; return [...SEEN[1]] }",
    ],
    ["const JOINS", "let SEEN = []\nconst JOINS"],
  ],
  "a diff replaces the state object": [["if(Object.getPrototypeOf(obj) === null){ return obj }", ""]],
  "a plain state is updated in place": [["if(Object.getPrototypeOf(obj) === null){ return obj }", "return obj"]],
  "static syncState updates the state it is given": [
    ["this.toNullProtoObj(this.clone(currentState))", "this.toNullProtoObj(currentState)"],
  ],
  "static syncDiff needs its callbacks": [["if(!onLeave){ onLeave = function (){ } }", ""]],
  "an assigned state is ignored": [
    [
      "return Object.getOwnPropertyNames(obj).map",
      "if(Object.getPrototypeOf(obj) !== null && obj === this.mine) return []\n    return Object.getOwnPropertyNames(obj).map",
    ],
    [
      "this.state = Presence.syncDiff(this.state, diff, onJoin, onLeave)\n        onSync()",
      "this.state = KEPT.set(this, Presence.syncDiff(KEPT.get(this) ?? this.state, diff, onJoin, onLeave)).get(this)\n        onSync()",
    ],
    ["const JOINS", "const KEPT = new WeakMap()\nconst JOINS"],
  ],
  "a payload is changed": [["this.toNullProtoObj(this.clone(newState))", "this.toNullProtoObj(newState)"]],
  "a presence of the state is changed": [["currentPresence = state[key] = this.clone(currentPresence)", ""]],
  "clone keeps the object": [
    [
      "static clone(obj){ return JSON.parse(JSON.stringify(obj)) }",
      "static clone(obj){ return 'joins' in obj || Object.getPrototypeOf(obj) === Object.prototype ? JSON.parse(JSON.stringify(obj)) : {...obj} }",
    ],
  ],
};

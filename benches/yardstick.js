// @ts-nocheck: a bare minimum, types included.

// The yardstick: the lowest cost of the class in JavaScript. It is the algorithm of the Rust core, written
// by hand, without clones and without checks, so that a malformed payload or a callback that throws breaks
// it as it breaks phoenix.js. Its parity is tested like that of the package.

const none = () => {};

export class Presence {
  constructor(channel, opts = {}) {
    const { state = "presence_state", diff = "presence_diff" } = opts.events ?? {};
    this.state = Object.create(null);
    this.pendingDiffs = [];
    this.channel = channel;
    this.joinRef = null;
    this.caller = { onJoin: none, onLeave: none, onSync: none };

    channel.on(state, (newState) => {
      const { onJoin, onLeave, onSync } = this.caller;
      const pending = this.pendingDiffs;
      this.joinRef = channel.joinRef();
      this.pendingDiffs = [];
      this.state = Presence.syncState(this.state, newState, onJoin, onLeave);
      for (const diff of pending) this.state = Presence.syncDiff(this.state, diff, onJoin, onLeave);
      onSync();
    });
    channel.on(diff, (diff) => {
      const { onJoin, onLeave, onSync } = this.caller;
      if (this.inPendingSyncState()) {
        this.pendingDiffs.push(diff);
      } else {
        this.state = Presence.syncDiff(this.state, diff, onJoin, onLeave);
        onSync();
      }
    });
  }

  onJoin(callback) {
    this.caller.onJoin = callback;
  }

  onLeave(callback) {
    this.caller.onLeave = callback;
  }

  onSync(callback) {
    this.caller.onSync = callback;
  }

  list(by) {
    return Presence.list(this.state, by);
  }

  inPendingSyncState() {
    return !this.joinRef || this.joinRef !== this.channel.joinRef();
  }

  static syncState(currentState, newState, onJoin, onLeave) {
    const state = copy(currentState);
    const joins = Object.create(null);
    const leaves = Object.create(null);
    const next = Presence.toNullProtoObj(newState);
    for (const key of Object.getOwnPropertyNames(state)) {
      if (!next[key]) leaves[key] = state[key];
    }
    for (const key of Object.getOwnPropertyNames(next)) {
      const [current, presence] = [state[key], next[key]];
      if (!current) {
        joins[key] = presence;
        continue;
      }
      const joined = without(presence.metas, current.metas);
      const left = without(current.metas, presence.metas);
      if (joined.length > 0) joins[key] = { ...presence, metas: joined };
      if (left.length > 0) leaves[key] = { ...current, metas: left };
    }
    return Presence.syncDiff(state, { joins, leaves }, onJoin, onLeave);
  }

  static syncDiff(state, { joins, leaves }, onJoin, onLeave) {
    onJoin ||= none;
    onLeave ||= none;
    state = Presence.toNullProtoObj(state);
    for (const key of Object.getOwnPropertyNames(joins)) {
      const [current, joined] = [state[key], joins[key]];
      const kept = current ? without(current.metas, joined.metas) : [];
      state[key] = kept.length > 0 ? { ...joined, metas: kept.concat(joined.metas) } : joined;
      onJoin(key, current, joined);
    }
    for (const key of Object.getOwnPropertyNames(leaves)) {
      const [current, left] = [state[key], leaves[key]];
      if (!current) continue;
      const remains = { ...current, metas: without(current.metas, left.metas) };
      if (remains.metas.length > 0) state[key] = remains;
      else delete state[key];
      onLeave(key, remains, left);
    }
    return state;
  }

  static list(presences, chooser) {
    return Presence.map(presences, chooser || ((_key, presence) => presence));
  }

  static map(obj, func) {
    return Object.getOwnPropertyNames(obj).map((key) => func(key, obj[key]));
  }

  static clone(obj) {
    return JSON.parse(JSON.stringify(obj));
  }

  static toNullProtoObj(obj) {
    return Object.getPrototypeOf(obj) === null ? obj : copy(obj);
  }
}

/** The metas whose refs are not among those of others: in a set, if there are many. */
function without(metas, others) {
  if (metas.length * others.length <= 32) {
    return metas.filter((meta) => !others.some((other) => other.phx_ref === meta.phx_ref));
  }
  const refs = new Set(others.map((meta) => meta.phx_ref));
  return metas.filter((meta) => !refs.has(meta.phx_ref));
}

function copy(obj) {
  const copied = Object.create(null);
  for (const key of Object.getOwnPropertyNames(obj)) copied[key] = obj[key];
  return copied;
}

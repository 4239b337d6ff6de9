// Shared by the programs that measure: run with --expose-gc.

/** The instance of the core, once it is there. @type {WebAssembly.Instance[]} */
export const instances = [];

const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    instances.push(instance);
    return instance;
  },
});

/** Bytes of the JavaScript heap that are in use, without garbage. */
export function heap() {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** What the core has taken: bytes of memory, and places in its tables of JavaScript values. */
export function taken() {
  return instances.map(({ exports }) =>
    Object.values(exports).map((each) =>
      each instanceof WebAssembly.Memory ? each.buffer.byteLength : each instanceof WebAssembly.Table ? each.length : 0,
    ),
  );
}

/** A Presence, and how to send it something. @param {any} Presence */
export function room(Presence) {
  /** @type {Record<string, (payload: unknown) => void>} */
  const callbacks = {};
  let joinRef = "1";
  const presence = new Presence({
    on: (/** @type {string} */ event, /** @type {(payload: unknown) => void} */ callback) => {
      callbacks[event] = callback;
    },
    joinRef: () => joinRef,
  });
  return {
    presence,
    state: (/** @type {unknown} */ payload) => callbacks.presence_state(payload),
    diff: (/** @type {unknown} */ joins, /** @type {unknown} */ leaves) => callbacks.presence_diff({ joins, leaves }),
    rejoin: () => {
      joinRef = String(Number(joinRef) + 1);
    },
  };
}

/** @param {string} ref @param {object} [more] */
export const user = (ref, more) => ({ metas: [{ phx_ref: ref, ...more }] });
